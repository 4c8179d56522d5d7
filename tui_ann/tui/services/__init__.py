"""What works for the screens behind them: editing, opening, training and stepping, each with its worker.

Here: objects that drive the session in threads of the application, and the protocols of what they need from it.
Not here: widgets and screens; a service may show a dialog, but it knows no screen.
"""
