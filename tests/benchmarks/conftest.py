"""The benchmarks run on Linux and macOS."""

import sys

collect_ignore = ["test_benchmarks.py"] if sys.platform == "win32" else []
