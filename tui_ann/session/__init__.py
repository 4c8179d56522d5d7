"""The verbs of the headless application.

`session.Session` holds one experiment with its data and its run; the commands and the terminal application call its
verbs and no others.  `control.Control` steers a drive from any thread, `snapshot.Snapshot` is what a drive publishes,
`places.Places` and `recents.Recents` are the user's files.
"""
