"""Which columns are features, and why the others are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.prepare.roles import REASONS
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError


@dataclass(frozen=True)
class FeatureSelection:
    """The features in order, and the reasons for columns that were left out."""

    columns: tuple[Column, ...]
    """The feature columns."""
    left_out: Mapping[str, str]
    """Reason by name of the columns that `*` left out."""


def select(
    table: Table,
    targets: Sequence[str],
    features: Sequence[str],
    ignore: Sequence[str],
    unsuitable: Mapping[str, str],
) -> FeatureSelection:
    """Find the feature columns.

    Args:
        table: The table.
        targets: Names of the target columns.
        features: Names, in order; `*` means all other columns that are not target, ignored or unsuitable, also one
            of this name.
        ignore: Names that are not used even if `features` has them.
        unsuitable: Reason (a key of `roles.REASONS`) by name of columns that are used only if `features` names
            them.

    Raises:
        DataError: A name is not in the table, a target would be a feature, or no column is left.
    """
    by_name = {column.name: column for column in table.columns}
    for name in (*features, *ignore):
        if name != "*" and name not in by_name:
            table.column(name)  # raises an error that lists similar names
    for name in features:
        if name != "*" and name in targets and name not in ignore:
            raise DataError(
                f"Column {quoted(name)} is the target; it cannot be a feature too.",
                remedy="Remove it from features.",
                code="target_as_feature",
            )
    taken = ({*features} - {"*"}).union(ignore, targets)
    rest = [name for name in by_name if name not in taken]
    named: list[str] = []
    for name in features:
        named += [other for other in rest if other not in unsuitable] if name == "*" else [name]
    chosen = [by_name[name] for name in dict.fromkeys(named) if name not in ignore]
    left_out = {name: unsuitable[name] for name in rest if name in unsuitable} if "*" in features else {}
    if not chosen:
        reasons = "".join(f" {quoted(name)} {REASONS.get(why, why)}." for name, why in list(left_out.items())[:5])
        raise DataError(
            f"No column is left to predict {listing(targets)} from.{reasons}",
            remedy="Name columns in features to use them anyway.",
            code="no_features",
        )
    return FeatureSelection(tuple(chosen), left_out)
