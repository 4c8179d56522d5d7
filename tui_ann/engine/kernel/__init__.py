"""The kernel: what makes the calls of a tape.

The tape is the one implementation of an update.  Two kernels can run it: NumPy makes its calls one by one; the C
kernel reads them as a program and makes many updates in one call.  Here belong the opcodes, the translation of calls,
the library and the choice; nothing that knows networks, batches or settings.
"""
