"""The services behind the screens: editing, opening, training and stepping, each with its worker.

Here: objects that drive the session in threads of the application, and the protocols that describe the application.
Not here: widgets and screens; a service may show a dialog, but it knows no screen.
"""
