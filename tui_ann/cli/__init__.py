"""The commands: they parse, call the session and print.  Results go to stdout, everything else to stderr."""
