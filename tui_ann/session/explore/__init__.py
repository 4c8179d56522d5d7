"""What pictures of a run are computed from, and their computations.

Belongs here: the frozen moment of a run with its network and its data, and figures over units, layers and epochs.
Does not belong here: taking snapshots (`run`), what a screen shows of the figures (`tui`).
"""
