"""What the Train screen says about a run: why it ended, and which epoch its parameters are from."""

from collections.abc import Mapping

from tui_ann.engine.losses import LOSSES
from tui_ann.experiment.run_record import EndVerdict, Trouble
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import cell_width, count, counted, grouped
from tui_ann.tui.content.plan import Plan

GOOD_ENDS = ("completed", "converged", "early_stopped")
"""Stop reasons that need no action."""


def best_epoch(snapshot: Snapshot) -> tuple[int, Mapping[str, float]] | None:
    """The best epoch and its metrics; `None` if it is the last one or not known.

    Args:
        snapshot: The run.
    """
    best = snapshot.best_epoch
    record = snapshot.history.epochs.at(best)
    if best is None or best == snapshot.epoch or record is None:
        return None
    return best, record.values


def figures_of(snapshot: Snapshot, *, brief: bool = False) -> list[str]:
    """Which figures the metrics are: means of an epoch while the weights change, or measured afterwards.

    Args:
        snapshot: The run.
        brief: Whether to say it in fewer words.
    """
    results = snapshot.results
    if results is None:
        ended = snapshot.stop_reason is not None
        of = [f"of epoch {count(snapshot.epoch)}"] if ended else []
        return [*of, "train: mean" if brief else "train: mean while learning"]
    kept = grouped(results.kept) or "the last"
    baselines = {"train": "train", "validation": "val", "test": "test"}[results.unseen]
    return [
        f"kept: {kept.partition(', ')[0] if brief else kept}",
        *([f"baselines: {baselines}"] if results.baselines else []),
    ]


def metrics_title(plan: Plan | None, snapshot: Snapshot | None, past: Snapshot | None, room: int) -> str:
    """The title of the metrics, in as many words as fit: which figures they are, and what the loss is of.

    Args:
        plan: The experiment.
        snapshot: The run.
        past: The earlier moment whose metrics are shown instead.
        room: Cells for the title.
    """
    moment = past or snapshot
    scaled = plan is not None and plan.scales_target
    known = moment is not None and bool(moment.metrics or moment.results is not None)
    forms = []
    for brief in (False, True):
        parts = ["Metrics"]
        if past is not None and past.epoch:
            parts.append(f"{'' if brief else 'of '}epoch {count(past.epoch)}")
        figures = figures_of(moment, brief=brief) if moment is not None and known else []
        loss = [("scaled loss" if brief else "loss: scaled target")] if scaled else []
        forms += [
            [*parts, *figures[:most], *loss] for most in range(len(figures), -1 if brief else len(figures) - 1, -1)
        ]
        if brief:
            forms += [parts, parts[:1]]
    texts = [" · ".join(form) for form in forms]
    return next((text for text in texts if cell_width(text) <= room), texts[-1])


def restored(plan: Plan | None, snapshot: Snapshot) -> bool:
    """Whether the parameters are those of the best epoch, restored at the end.

    Args:
        plan: The experiment.
        snapshot: The run.
    """
    early = plan.experiment.training.early_stopping if plan else None
    ended = snapshot.stop_reason is not None and snapshot.status in GOOD_ENDS
    return early is not None and early.restore_best_weights and ended and best_epoch(snapshot) is not None


_TROUBLE = {
    "diverged": "diverged",
    "dead": "dead",
    "worse": "worse than at the start",
}


def trouble(verdict: EndVerdict) -> tuple[str, str]:
    """What is wrong with the result of a run, in a sentence and in a few words.

    Args:
        verdict: What is wrong.
    """
    short = _TROUBLE[verdict.trouble]
    return (grouped(verdict.text) if verdict.trouble is Trouble.DIVERGED else f"{short}: {verdict.text}"), short


def loss_in_words(experiment: Experiment) -> str:
    """The loss with its penalties: "binary cross-entropy + L2 penalty".

    Args:
        experiment: The experiment.
    """
    training = experiment.training
    dense = [layer for layer in experiment.network.layers if isinstance(layer, DenseSpec)]
    penalties = [
        f"L{order}"
        for order, usual in ((1, training.l1), (2, training.l2))
        if any(usual if own is None else own for own in (getattr(layer, f"l{order}") for layer in dense))
    ]
    title = LOSSES[training.loss].title
    name = title if title.startswith("Huber") else title[0].lower() + title[1:]
    ending = f" + {' and '.join(penalties)} penalt{'y' if len(penalties) == 1 else 'ies'}"
    return name + (ending if penalties else "")


def looking_back(past: Snapshot, now: Snapshot, back: str, step: str = "") -> str:
    """Which earlier moment the panes show, the way back, and the way to Step.

    Args:
        past: The moment on display.
        now: The run.
        back: The key that returns to now.
        step: The key that steps this update; empty if the screen has none.
    """
    where = f"update {count(past.update)} of {count(now.update)}" if past.update else "the start values"
    return f"◀ Every pane shows {where}; {back} returns to now.{f' {step} steps it.' if step else ''}"


def gone_back(now: Snapshot, end: str) -> str:
    """Which weights every screen shows, if the run has gone back: empty if it has not.

    Args:
        now: The run.
        end: The key that goes to its end.
    """
    if now.farthest is None or not now.left_its_end:
        return ""
    shown, kept = count(now.update), now.farthest.kept_epoch
    if kept is not None:
        return f"Weights of update {shown}, not the kept ones of epoch {count(kept)} · {end} brings them back"
    return f"The run is {counted(now.length, 'update')} long, shown at update {shown} · {end} goes to its end"


def ending(plan: Plan | None, snapshot: Snapshot) -> str:
    """Why a run ended.

    Args:
        plan: The experiment.
        snapshot: The run, with its stop reason.
    """
    assert snapshot.stop_reason is not None
    early = plan.experiment.training.early_stopping if plan else None
    if early is not None and snapshot.best_epoch is not None and snapshot.status == "early_stopped":
        text = f"early stopping: {early.monitor} best at epoch {count(snapshot.best_epoch)}"
        return text + (", its weights restored" if restored(plan, snapshot) else "")
    return grouped(snapshot.stop_reason.text)
