"""Organizations: social organizations, the codes they are known by, and who works for them. 社会组织"""
