"""Who serves: a person's skills and languages, and a guardian's consent for the young. 志愿者"""
