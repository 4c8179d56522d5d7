"""The terminal application: screens that show a session, widgets that draw, and the keys that control both."""
