"""The lab that varies one setting: any setting of the experiment, with any values."""

from collections.abc import Sequence

import msgspec

from tui_ann.experiment.keys import get, setting_of
from tui_ann.experiment.spec import Experiment
from tui_ann.session.labs.comparing import best_in_words
from tui_ann.session.labs.found import PREFIX, ArmFound
from tui_ann.session.labs.lab import Arm, Judged, Lab, LabChoice, LabFacts, values_of

NAME = "vary"
_FACTORS = (0.1, 0.3, 1, 3, 10)
_WHOLE = (0.25, 0.5, 1, 2, 4)


def vary_lab(key: str) -> Lab:
    """A lab that compares values of a setting by the loss on the rows held out.

    Args:
        key: The dotted key of the setting.
    """

    def judge(arms: Sequence[ArmFound], facts: LabFacts) -> Judged:
        return Judged(*best_in_words(arms, facts, f"{PREFIX[facts.held_out]}loss"))

    return Lab(
        NAME,
        ("loss", "held loss", "score", "epochs"),
        prepare=lambda experiment, _: experiment,
        choices=lambda experiment, _: [_values(experiment, key)],
        arms=lambda experiment, _, chosen: [
            Arm(f"{key.rpartition('.')[2]} {value}", {key: value}) for value in values_of(experiment, key, chosen[key])
        ],
        judge=judge,
    )


def _values(experiment: Experiment, key: str) -> LabChoice:
    """Values around that of the experiment, or all words."""
    setting, value = setting_of(experiment, key), get(experiment, key)
    match setting.kind:
        case "int":
            around = sorted({max(1, round(factor * (value or 1))) for factor in _WHOLE})
            text = ",".join(str(number) for number in around if setting.fault(number) is None)
        case "float":
            near = [float(f"{factor * (value or 0.01):.3g}") for factor in _FACTORS]
            text = ",".join(f"{number:g}" for number in near if setting.fault(number) is None)
        case "bool":
            text = "false,true"
        case "choice":
            text = ",".join(setting.choices)
        case _:
            text = "" if value is None else str(msgspec.to_builtins(value))
    return LabChoice(key, text, setting.label, f"Values as 0.01,0.1 or 4:64:x2 or 0.001:1:log4. {setting.help}")
