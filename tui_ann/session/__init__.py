"""The verbs of the headless application."""
