"""An exercise of one's own: the fields of a sheet as text, read into a network with one update to work out.

Belongs here: what is proposed for a field, how it is read, the folder an exercise is kept in.
Does not belong here: the form (`tui`), the command (`cli`), sheets with blanks (`export`).
"""
