"""The components of the Step screen: captions, picture highlights, practice, the numeric check.

Here: objects and functions that only the Step screen uses.
Not here: the screen itself (`screens/step.py`), dialogs (`dialogs`) and drawings (`draw`).
"""
