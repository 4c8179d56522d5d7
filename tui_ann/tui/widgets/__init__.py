"""The widgets of the application: each takes plain values and arrays, and is independent of the session."""
