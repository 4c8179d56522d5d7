"""The doctor: what is wrong with a run or an experiment, in words, and what can be done about it.

`doctor` is the entry; `patient` gathers the evidence, `remedies` are edits, `words` says both.  The rules are in
`engine.diagnostics`, their words in `text/doctor.toml`.
"""
