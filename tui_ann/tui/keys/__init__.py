"""What a user can do and with which key: screens and their digits, actions, the keymap.

Here: declarations, and reading the user's own `keymap.toml`.  Every other package of `tui` may import it.
Not here: the implementation of an action; that is a method of the screen, dialog or widget that binds it.
"""
