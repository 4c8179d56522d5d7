"""The terminal application: screens that watch a session, widgets that draw, and the keys that steer both."""
