"""What a session reads and writes: run folders, unfinished runs, the user's files.

Belongs here: saving and loading runs, recovery after a crash, recent files, the user's paths.
Does not belong here: the format of experiments and run folders (`experiment`), the run itself (`run`).
"""
