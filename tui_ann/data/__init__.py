"""Tables in, arrays out: `read` makes a table of a file, `prepare` makes arrays of a table.

Belongs here: the built-in samples, and the phrases that both folders use in their messages.
Does not belong here: networks, training, and the experiment file (`engine`, `experiment`).
"""
