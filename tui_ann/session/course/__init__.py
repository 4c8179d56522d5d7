"""The workbook of the course: numbers worked out by hand, compared with those of the program.

Belongs here: the pages, the queries that ask the engine for a number, the comparison.
Does not belong here: how a page is shown (`cli`, `tui`), the experiments themselves (samples in `data`).
"""
