"""Time given: an append-only ledger in minutes. 服务时长"""
