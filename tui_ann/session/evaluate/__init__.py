"""How good the answers of a network are: figures with intervals, thresholds and their costs, single rows, features.

`rows` holds the rows that are judged with their answers; everything else reads them.  Every value is frozen and knows
nothing of screens: the Predict screen, `tui-ann evaluate` and reports show the same ones.
"""
