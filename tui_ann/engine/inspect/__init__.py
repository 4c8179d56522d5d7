"""Inspection of an update: its trace, the microscope on one gradient, and the check of a student's answer.

All of it reads the symbols, expressions and values of the tape's operations; nothing here computes an update.
Training belongs in `engine`, drawing in `tui`, writing files in `export`.
"""
