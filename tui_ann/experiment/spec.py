"""An experiment: data, network and training, as frozen values named like the keys of its file.

Every field is declared once, with its kind, its limits, its label and its help, here or in
`engine.training_settings`; the form, `--set`, the check of a file and the documentation are derived from it
(`settings.py`).  A spec never changes: an edit makes a new one with `msgspec.structs.replace`.

In memory `data.path` and `network.weights` are absolute paths; in a file they are relative to it where possible.
"""

from typing import Annotated, ClassVar, Literal, get_args

from msgspec import Meta, Struct

from tui_ann.engine.training_settings import NotNegative, Seed, TrainingSettings

Task = Literal["auto", "regression", "binary", "multiclass"]
Scaling = Literal["none", "standard", "minmax"]
Missing = Literal["error", "drop", "mean", "median", "most_frequent"]
SplitKind = Literal["ordered", "shuffled", "stratified"]
Decimal = Literal[".", ","]
Initializer = Literal[
    "zeros",
    "small_normal",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
]
Activation = Literal["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "prelu", "softplus", "gelu", "softmax"]
DropoutMode = Literal["inverted", "classic"]
Share = Annotated[float, Meta(ge=0, lt=1)]


class DataSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which table is read, which columns are features and target, and how the rows are prepared and split."""

    path: Annotated[
        Annotated[str, Meta(min_length=1)],
        Meta(title="file", description="The table: CSV, TSV, Parquet or JSON lines."),
    ]
    target: Annotated[
        str | tuple[str, ...],
        Meta(
            title="target",
            description="The column to predict; a list of numeric columns makes several regression outputs.",
        ),
    ] = ""
    task: Annotated[
        Task, Meta(title="task", description="The kind of problem; auto chooses it by the type of the target column.")
    ] = "auto"
    features: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            title="features",
            description='The columns to learn from; "*" is all that are not target or ignored.',
        ),
    ] = ("*",)
    ignore: Annotated[tuple[str, ...], Meta(title="ignore", description="Columns left out.")] = ()
    classes: Annotated[
        tuple[str, ...],
        Meta(title="classes", description="The labels in the order of the outputs; empty sorts them."),
    ] = ()
    scaling: Annotated[
        Scaling,
        Meta(
            title="scaling", description="How features are scaled, with the statistics of the training rows: (x − μ)/σ."
        ),
    ] = "standard"
    target_scaling: Annotated[
        Scaling,
        Meta(
            title="target scaling",
            description="How a regression target is scaled; values are shown in the original units.",
        ),
    ] = "none"
    missing: Annotated[
        Missing,
        Meta(
            title="missing cells", description="What happens to missing cells: stop, drop the row, or fill in a value."
        ),
    ] = "error"
    delimiter: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        Meta(title="delimiter", description="What separates the fields; overrides what was detected."),
    ] = None
    decimal: Annotated[
        Decimal | None,
        Meta(title="decimal", description="The decimal sign of the numbers; overrides what was detected."),
    ] = None
    encoding: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        Meta(title="encoding", description="The encoding of the text; overrides what was detected."),
    ] = None
    header: Annotated[
        bool | None,
        Meta(title="header", description="Whether the first row has the names; overrides what was detected."),
    ] = None
    skip_lines: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(title="skip lines", description="Lines before the table; overrides what was detected."),
    ] = None
    table: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        Meta(title="table", description="Which table of a database or which file of a zip archive, if it has several."),
    ] = None
    test_split: Annotated[
        Share, Meta(title="test share", description="The share of the rows that are used only for the final test.")
    ] = 0.0
    validation_split: Annotated[
        Share,
        Meta(
            title="validation share",
            description="The share of the other rows that is evaluated after every epoch.",
        ),
    ] = 0.1
    folds: Annotated[
        Annotated[int, Meta(ge=2, le=1000)] | None,
        Meta(
            title="folds",
            description="Deals the rows into so many folds, one of which validates, instead of a validation share.",
        ),
    ] = None
    fold: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | None,
        Meta(title="fold", description="The fold that validates, from 1; unset: the first."),
    ] = None
    split: Annotated[
        SplitKind,
        Meta(
            title="split",
            description="Which rows are split off: the last (as Keras), random ones, or the same share of each class.",
        ),
    ] = "ordered"
    split_seed: Annotated[Seed, Meta(title="split seed", description="The seed of a shuffled or stratified split.")] = 0

    @property
    def validated(self) -> bool:
        """Whether rows are set aside to validate."""
        return self.folds is not None or self.validation_split > 0


class DenseSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="dense"):
    """A dense layer: z = W a + b, then its activation."""

    type: ClassVar[str] = "dense"
    title: ClassVar[str] = "Dense"
    short: ClassVar[str] = "dense"
    letters: ClassVar[str] = "dense"

    units: Annotated[
        Annotated[int, Meta(ge=1, le=100_000)], Meta(title="units", description="How many neurons the layer has.")
    ]
    activation: Annotated[Activation, Meta(title="activation", description="The function g in a = g(z).")] = "linear"
    alpha: Annotated[
        float | None,
        Meta(
            title="α",
            description="The slope or scale for negative z (prelu learns it from this start); unset: the default.",
        ),
    ] = None
    l1: Annotated[
        NotNegative | None,
        Meta(title="penalty l1", description="Adds l1·Σ|w| of this layer's W to the loss; unset: the network's."),
    ] = None
    l2: Annotated[
        NotNegative | None,
        Meta(title="penalty l2", description="Adds l2·Σw² of this layer's W to the loss; unset: the network's."),
    ] = None
    initializer: Annotated[
        Initializer | None,
        Meta(title="initializer", description="How this layer's start weights are drawn; unset: the network's."),
    ] = None

    @property
    def words(self) -> str:
        """The layer in a few words."""
        return f"dense {self.units} {self.activation}"


class DropoutSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="dropout"):
    """A dropout layer: sets a share of its inputs to zero while training."""

    type: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    short: ClassVar[str] = "dropout"
    letters: ClassVar[str] = "drop"

    rate: Annotated[Share, Meta(title="rate", description="The share of units set to zero in each update.")] = 0.5
    mode: Annotated[
        DropoutMode,
        Meta(
            title="mode",
            description="inverted scales while training (Keras); classic scales when predicting (the lecture).",
        ),
    ] = "inverted"

    @property
    def words(self) -> str:
        """The layer in a few words."""
        return f"dropout {self.rate:.0%}"


class BatchNormalizationSpec(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="batch_normalization"
):
    """A batch normalisation: scales each unit by the mean and variance of the batch."""

    type: ClassVar[str] = "batch_normalization"
    title: ClassVar[str] = "Batch normalisation"
    short: ClassVar[str] = "batch norm"
    letters: ClassVar[str] = "BN"

    momentum: Annotated[
        Share,
        Meta(title="momentum", description="How much of the running mean and variance is kept in each update."),
    ] = 0.99
    epsilon: Annotated[
        Annotated[float, Meta(gt=0)],
        Meta(title="ε", description="Added to the variance, so that nothing is divided by zero."),
    ] = 1e-3

    @property
    def words(self) -> str:
        """The layer in a few words."""
        return "batch normalisation"


class LayerNormalizationSpec(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="layer_normalization"
):
    """A layer normalisation: scales each example by the mean and variance over its units."""

    type: ClassVar[str] = "layer_normalization"
    title: ClassVar[str] = "Layer normalisation"
    short: ClassVar[str] = "layer norm"
    letters: ClassVar[str] = "LN"

    epsilon: Annotated[
        Annotated[float, Meta(gt=0)],
        Meta(title="ε", description="Added to the variance, so that nothing is divided by zero."),
    ] = 1e-3

    @property
    def words(self) -> str:
        """The layer in a few words."""
        return "layer normalisation"


LayerSpec = DenseSpec | DropoutSpec | BatchNormalizationSpec | LayerNormalizationSpec
LAYER_TYPES: dict[str, type[LayerSpec]] = {spec.type: spec for spec in get_args(LayerSpec)}
"""Every kind of layer by its word in the file."""


class NetworkSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layers and their start parameters."""

    seed: Annotated[
        Seed, Meta(title="seed", description="The seed of the start parameters and of the dropout masks.")
    ] = 0
    initializer: Annotated[Initializer, Meta(title="initializer", description="How the start weights are drawn.")] = (
        "glorot_uniform"
    )
    weights: Annotated[
        str,
        Meta(title="start weights", description="A .safetensors file with the start parameters; empty draws them."),
    ] = ""
    layers: Annotated[
        tuple[LayerSpec, ...],
        Meta(min_length=1, max_length=200, title="layers", description="The layers, from the first to the output."),
    ]


class Experiment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One experiment: everything that determines a run."""

    schema: Annotated[Literal[1], Meta(title="schema", description="The version of the file format.")] = 1
    name: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)],
        Meta(title="name", description="The name of the experiment and of its run folders."),
    ] = "experiment"
    data: Annotated[DataSpec, Meta(title="data", description="The table and how it is prepared.")]
    network: Annotated[NetworkSpec, Meta(title="network", description="The layers.")]
    training: Annotated[
        TrainingSettings, Meta(title="training", description="The loss, the update rule and when training ends.")
    ] = TrainingSettings()
