"""The neural network: NumPy only, no files, no screens."""
