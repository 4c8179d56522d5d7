"""What the Step screen is composed of: captions, the lit parts of the picture, practice, the numeric check.

Here: objects and functions that only the Step screen uses.
Not here: the screen itself (`screens/step.py`), dialogs (`dialogs`) and drawings (`draw`).
"""
