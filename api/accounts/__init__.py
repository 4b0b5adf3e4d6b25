"""Accounts in the schema. 账号"""
