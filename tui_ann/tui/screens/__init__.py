"""The screens: each composes its panes, shows what the session holds, and sends wishes to it."""
