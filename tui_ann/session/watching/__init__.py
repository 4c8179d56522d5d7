"""Trainings of other programs written as run folders, which the application shows while they grow."""
