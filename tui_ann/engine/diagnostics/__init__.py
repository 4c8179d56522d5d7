"""What can be wrong with a run: evidence as numbers, and findings as values, without words.

`data_facts`, `layer_facts` and `history_facts` measure; `evidence` holds what they measured; `rules` is the table of
all rules, with their thresholds in `thresholds`; `judging` applies it.  Words and remedies do not belong here.
"""
