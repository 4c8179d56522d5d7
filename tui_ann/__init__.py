"""Every number of a small neural network, in your terminal, on your own data."""

__version__ = "0.1.0"
