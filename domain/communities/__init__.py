"""Communities: street offices, their communities and grids, and how many people live there. 社区

A population table comes in by `sanshe import population FILE`, whole or not at all, every figure as printed. Figures
that are not the sum of their parts are reported with both sums and never repaired. The same table a second time changes
nothing; a corrected table of the same month and source takes the place of the former, which is kept but counts no more.
人口统计表整表导入，逐行保留原数；与各项之和不符之处列出两数，从不改动。重复导入不作任何改动；更正后的表取代前表，前表仍予保留。
"""
