"""A table in, arrays out, with a report of what was left out, split, scaled and encoded.

Belongs here: the roles of columns, the target, splits, missing cells, scaling and encoding.
Does not belong here: anything that looks into a file (`read`) or knows about networks (`engine`).
"""
