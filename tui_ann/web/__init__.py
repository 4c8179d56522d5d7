"""The application in a browser on this machine: who may come in, what page they get, and a process for each of them.

textual-serve has the terminal in the browser and the protocol between it and the application; what is served, to whom
and with which limits is decided here.  What such a process may use of the machine is decided by `gate` and
`confinement`.
"""
