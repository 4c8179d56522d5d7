"""How fast the engine is, measured beside named peers: `python -m tests.benchmarks`.  Not part of the test run."""
