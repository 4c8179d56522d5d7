"""The headless application: everything a front end can ask for, without a screen.

Belongs here: opening, editing, training, stepping through, judging and saving experiments and runs.
Does not belong here: formulas (`engine`), file formats (`experiment`), colours and keys (`tui`).
"""
