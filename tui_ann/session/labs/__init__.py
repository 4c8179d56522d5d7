"""Labs: experiments of the lecture, each a proposed list of trials from one start and a sentence on what came of it.

Belongs here: what each lab proposes, and how its result is said, from the numbers alone (words: `text/labs.toml`).
Does not belong here: how runs are made and stored (`sweep`), how a lab looks (`cli`, `tui`).
"""
