"""The application itself: startup and exit, modes, command palette, help, preferences, errors.

Here: what exists once per application and connects the screens with the services.
Not here: anything that a screen, dialog or widget imports; nothing in `tui` imports the shell.
"""
