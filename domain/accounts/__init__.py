"""The room of people: who they are, which roles they hold where, and which applications act for them. 账号"""
