"""Learning to serve: courses, when they are held, and who takes part. 培训"""
