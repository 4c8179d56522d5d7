"""The experiment file and the run folder: frozen specs, settings declared once, checks, atomic writes."""
