"""What leaves the program as text or bytes: worked solutions and exercises; one file a format."""
