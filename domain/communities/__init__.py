"""Communities: street offices, their communities and grids, and how many people live there. 社区"""
