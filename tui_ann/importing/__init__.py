"""Networks of other programs, read from their text or files: an experiment's network and training, and start weights.

Nothing here runs what it reads.  No session, no screen and no data: a table is added by `session.imports`.
"""
