"""Tables in, arrays out: `read` turns a file into a table, `prepare` turns a table into arrays.

Belongs here: the built-in samples, and the phrases that both folders use in their messages.
Does not belong here: networks, training, and the experiment file (`engine`, `experiment`).
"""
