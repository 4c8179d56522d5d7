"""The report of a run: what its sections say, from what the session knows; `export.report` writes it."""
