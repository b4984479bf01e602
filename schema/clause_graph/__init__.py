"""Which clauses block whom, where, and what was done about them (条款堵点图谱)."""
