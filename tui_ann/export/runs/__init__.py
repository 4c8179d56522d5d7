"""A trained run taken to other programs: one file a format; `tui_ann.export.run_formats` lists them.

Every writer reads one `ExportedRun`.  Formats that only answer walk over its `Pipeline`: prepare a raw row, compute the
network formula by formula, turn ŷ into an answer.  Formats with layers of their own (Keras, PyTorch, scikit-learn) read
the descriptions of the layers.
"""
