"""What screens and dialogs show and edit, in plain Python: the plan of a network, reports, glossary, folder listings.

Here: functions and dataclasses that a test can call without an application.
Not here: anything with a widget, a thread or a colour; pictures are drawn in `draw`.
"""
