"""What a network has learnt, as numbers for pictures: its answers over a plane, and the data points on it.

Here belongs what is computed from a frozen network and the data of a run, without a screen.  How it is drawn does not.
"""
