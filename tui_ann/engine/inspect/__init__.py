"""Inspection of an update: its trace, the microscope on one gradient, the check of a student's answer, the loss around.

What explains an update reads the symbols, expressions and values of the tape's operations.  The loss around it is L(θ)
as a function, its curvature, and directions through it.  Nothing here trains: that belongs in `engine`, drawing in
`tui`, writing files in `export`.
"""
