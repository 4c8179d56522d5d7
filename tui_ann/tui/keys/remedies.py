"""The action that fixes the cause of a refusal, by the code of the error."""

from tui_ann.errors import TuiAnnError

REMEDIES: dict[str, str] = {
    "missing_cells": "data.missing",
    "all_missing": "data.missing",
    "not_a_number": "data.task",
    "bad_task": "data.task",
    "bad_target": "data.target",
    "no_target": "data.target",
    "no_such_column": "data.target",
    "constant_target": "data.target",
    "rare_class": "data.target",
    "too_many_classes": "data.task",
    "one_class": "data.split",
    "class_too_small": "data.split",
    "empty_part": "data.split",
    "bad_delimiter": "data.dialect",
    "bad_decimal": "data.dialect",
    "bad_encoding": "data.dialect",
    "bad_skip_lines": "data.dialect",
    "wrong_encoding": "data.dialect",
    "too_many_rejects": "data.dialect",
    "header_mismatch": "data.dialect",
    "ambiguous_comma": "data.dialect",
    "no_rows": "data.dialect",
    "several_tables": "data.dialect",
    "no_such_table": "data.dialect",
    "no_such_file": "app.open",
    "cannot_open": "app.open",
    "not_a_run": "app.open",
    "nothing_open": "app.open",
    "no_run": "train.run",
}
"""Code of a refusal → the action that fixes its cause in the open experiment."""
REFUSED: dict[str, str] = {
    "data.dialect": "app.read_as",
    "data.target": "app.other_target",
    "data.task": "app.other_target",
}
"""The same for a file that could not be opened: no screen shows it, so the action belongs to the application."""


def remedy_action(error: TuiAnnError) -> str | None:
    """Id of the action that fixes the cause of a refusal; `None` if there is none.

    Args:
        error: The refusal.
    """
    if error.code == "one_class" and "split" not in error.remedy:
        return "data.target"
    return REMEDIES.get(error.code)
