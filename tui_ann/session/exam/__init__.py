"""The exam: ten questions over the course, drawn by a seed, and the record of how one did.

Belongs here: the concepts, how a question is drawn and judged, the record of a person.
Does not belong here: how a question is shown (`cli`, `tui`), the pages themselves (`course`).
"""
