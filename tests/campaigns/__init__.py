"""Long attacks on the program, as commands; `pytest` runs a short form of each.

`python -m tests.campaigns.NAME --help` says what each tries.  A campaign prints what it tried and what failed, and ends
with a code other than 0 if anything did.
"""
