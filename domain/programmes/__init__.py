"""Serving together: plans, opportunities, shifts, seats and who came. 志愿服务项目"""
