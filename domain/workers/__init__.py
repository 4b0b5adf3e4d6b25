"""Workers: social workers, their agency and qualification, and whom they supervise. 社会工作者"""
