"""How fast the engine is, measured beside named peers: `python -m benchmarks`.  Not part of the test run."""
