"""A sweep: one experiment trained many times with other settings, in one folder that can be read at any time.

Belongs here: the values of settings, the search over them, scores and their spread, the folder.
Does not belong here: how and where the runs are computed (`jobs`), how a table of them looks (`cli`, `tui`).
"""
