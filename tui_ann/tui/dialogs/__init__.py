"""Modal dialogs; each returns the answer, or `None`."""
