"""Notifications: what people are told of that happened to what concerns them, in an inbox and by e-mail. 通知

Nothing is told by the commands themselves. One reader goes along the chain of deeds, and what it passes is told exactly
once: its place, the messages and the letters are written together. What is told of, whom, and in which words stands in
one table; whoever did it themselves is not told.
操作本身不发送通知。系统沿行为链逐条读取，位置、站内通知和邮件在同一事务中写入，因此不重不漏。通知的事项、对象和措辞列于一张表中；本人所做的操作不再通知本人。
"""
