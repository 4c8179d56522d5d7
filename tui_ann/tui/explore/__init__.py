"""The views of the Explore screen, one module each.

Here: what a view shows and how it asks for its picture; `views.py` lists them all.
Not here: the screen itself (`screens/explore.py`), computations (`session/explore`) and drawings (`draw`).
"""
