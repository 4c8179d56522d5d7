"""The experiment file and the run folder."""
