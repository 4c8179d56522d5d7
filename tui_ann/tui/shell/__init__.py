"""The application itself: start and end, modes, command palette, help, preferences, errors.

Here: what exists once for the whole application and connects the screens with the services.
Not here: anything that a screen, dialog or widget imports; nothing in `tui` imports the shell.
"""
