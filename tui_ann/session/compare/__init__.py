"""Runs side by side: their curves, what differs in their settings, their results, and races from one moment.

It reads runs through `RunSource`, so live and saved runs are the same here.  It draws nothing.
"""
