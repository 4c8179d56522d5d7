"""Long searches for failures, as commands: `python -m tests.campaigns.NAME --help`.

The test run does not collect them; a short form of each is a test beside it.
"""
