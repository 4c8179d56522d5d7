"""How good the doctor is: `python -m benchmarks.doctor`.  Not part of the test run.

`suite` plants faults in healthy samples and asks which the doctor names and mends; `alarms` trains the samples as they
are and lists every finding, epoch by epoch.
"""
