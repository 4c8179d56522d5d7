"""Text for the screen, and the texts of the program."""
