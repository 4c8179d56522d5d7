"""Speed of the engine compared with other libraries: `python -m benchmarks`.  Not part of the test run."""
