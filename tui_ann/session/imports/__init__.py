"""Networks of other programs made into experiments: with the table that is named, or with one that stands in for it.

What a file says is read by `tui_ann.importing`, without data and without a session.
"""
