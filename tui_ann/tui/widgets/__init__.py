"""The widgets of the application: each takes plain values and arrays, and knows no session."""
