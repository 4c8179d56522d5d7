"""Questions and messages in front of a screen; each returns what was answered, or `None`."""
