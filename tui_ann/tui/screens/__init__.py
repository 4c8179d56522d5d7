"""The screens: each composes its panes, shows the state of the session, and sends it requests."""
