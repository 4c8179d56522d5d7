"""A run, how it is built, and the loop that trains it.

Belongs here: the run, its data and network, the training loop, its control, snapshots, predictions of a network.
Does not belong here: stepping through one update (`step`), files (`store`), what is open (`workspace`).
"""
