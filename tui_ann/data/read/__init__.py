"""A file in, a table out, with a report of everything noticed while reading.

Belongs here: formats, encodings, delimiters, headers, column types, and the notices and rejected rows of a table.
Does not belong here: targets, splits, scaling, or anything else that depends on the target (`prepare`).
"""
