"""Many trainings at once: one job is one run, and a carrier takes jobs to where they are computed.

Belongs here: the job, what it learns from, its result, and the carriers (this process, processes of this machine, the
machines of a dask cluster).  A job gives the same result bit for bit on each of them.
Does not belong here: which runs to make (`sweep`), what to say of them.
"""
