"""Pictures as pure functions from NumPy arrays to cells: no widget, no theme, no application."""
