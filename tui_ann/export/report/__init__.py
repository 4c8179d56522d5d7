"""The report of a run: a document of sections and blocks, and a writer for each format.

`document` has the blocks; the session fills them.  A writer knows every block and raises for another.
"""
