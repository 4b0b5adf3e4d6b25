"""How fast is the service beside hand-written SQL and PostGraphile, on one database, in one run?"""
