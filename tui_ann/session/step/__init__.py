"""Stepping through a run, one part, phase, update or epoch at a time.

Belongs here: the stepper, its breakpoints, operands and exercises of one part, the what-if of one update.
Does not belong here: continuous training (`run`), what a screen shows of it (`tui`).
"""
