"""Every threshold of the rules, with its reason.

“Healthy” means the samples as they are shipped, from several seeds; “planted” means the same with one fault.
"""

FEWEST_ROWS_TO_COMPARE = 4
"""Training rows: with fewer, as in an exercise by hand, the classes have no shares, a scale no spread, and a constant
answer is no rival.  Exclusive or has 4."""
STUCK = 0.85
"""Loss over that of the best constant answer: less than 15 % gained is next to nothing.  Healthy: at most 0.48."""
HALF = 0.5
"""Loss over that of the best constant answer of a run that learns; healthy: at most 0.48."""
PATIENCE = 10
"""Epochs before a run is called stuck: spirals and XOR wait a while on a plateau before they learn."""
PATIENCE_OF_UPDATES = 200
"""Updates before that: batch descent makes one an epoch, and XOR learns nothing in its first hundred."""
FEWEST_UPDATES = 100
"""Planned updates from which too short a way is the fault of η; with fewer, no η would do."""
MANY_UPDATES = 1000
"""Updates that smaller batches could make of few; if they are too short a way, η is at fault however few there are."""

STEEP = 1.0
"""η·λmax over the limit of the update rule; above it gradient descent on a quadratic diverges.  Healthy: up to 0.75."""
VERY_STEEP = 2.0
"""The same where it is told even of a run whose training loss falls steadily, and warned of before any training: below
it the curvature often falls along the way by as much, and the run settles after a climb."""
LARGE_STEP = 0.5
"""Adam's first step changes each weight by about η: half a typical weight and more leaves nothing of the start.
Healthy: 0.006 to 0.05."""
LARGE_STEP_AT_START = 1.0
"""The same before any training: without a symptom only a step as large as the weights is called too large."""
SHORT_WAY = 3.0
"""η·λmax·updates: how often the distance shrinks by e along the *steepest* direction in the whole run.  Below 3 even
that direction is not learned to 95 %.  Healthy: 3.8 (the logistic unit), all others 19 and more."""
SHORT_WAY_OF_POOR = 10.0
"""The same for a run that is still above half of the constant answer's loss; other directions are ten times as flat."""
SHORT_WALK = 2.0
"""The same for rules that scale their steps: η·updates over a typical weight; most steps go to and fro.
Healthy: 13 and more."""
TINY_CHANGE = 1e-5
"""‖ΔW‖/‖W‖ of an update: 0 to 1.3e-2 in healthy runs, so it counts only where nothing was learned."""
TINY_PULL = 1e-3
"""η·λmax: healthy 0.001 and more, planted at most 2e-5."""

VANISHING = 1e-2
"""rms ∂L/∂z of the first dense layer over the last: healthy 0.12 and more, eight sigmoid layers 4e-6."""
VANISHED = 1e-3
"""The same before any training, without a symptom."""
EXPLODING = 1e2
"""The same ratio the other way: healthy at most 0.56, planted 7.6e3 and more."""

DEAD = 0.25
"""Share of a layer: digits as shipped has up to 8 % dead units and learns."""
DEAD_AT_START = 0.5
"""The same of units that the draw of the start weights made dead, whatever their size: in layers of 16 and 8 behind two
inputs, a quarter is dead in one draw of nine, a half in one of a thousand."""
SATURATED = 0.3
"""Share of the units of a layer: healthy at most 0.12."""
TWINS = 0.5
"""Share of a hidden layer: drawn weights have none."""

SPREAD = 100.0
"""Largest over smallest standard deviation of the features: healthy at most 14.6, planted 70 and more."""
FAR = 100.0
"""|x|: healthy at most 12; a pixel from 0 to 16 or a one-hot column needs no scaling."""
TARGET = 10.0
"""Standard deviation of a target, or |mean| over it: start answers are near 0 ± 1."""

DIVERGED = 1e3
"""Loss over the larger of the constant answer's and the first epoch's."""
BAD_START = 3.0
"""Loss at the start over ln k, that of guessing one of k classes: healthy 0.82 to 1.43."""

SIGN_CHANGES = 0.6
"""Of the last 20 epochs; reaches 0.78 in healthy runs, so it never counts alone."""
SWING = 0.1
"""Mean |change| over the mean loss of the same epochs."""
SMALL = 0.1
"""Loss over that of the best constant answer, below which swings do not matter."""
NOT_FALLING = 0.9
"""Mean loss of the last ten epochs over the ten before."""
FLAT = 0.005
"""Progress over ten epochs that counts as none."""
STILL_FALLING = 0.06
"""Share of all progress that the last tenth of the epochs made; an even fall makes 0.1, a settled curve far less."""
SETTLED = 0.02
"""The same below which the curve has settled: exp(−t) makes so little in its last tenth after three time constants."""
JUMPS = 3.0
"""A fall over the mean |change| from epoch to epoch: means of three epochs that only jump differ by 0.7 on average."""

OVERFITTED = 1.2
"""Validation loss over its best: single noisy epochs of healthy runs reach 1.22, means of three do not."""
LEARNED_ON = 0.8
"""Training loss over that at the best validation epoch: the network went on to learn the training rows."""
OVERFIT_EPOCHS = 8
"""Epochs before a run is called overfitted."""
BY_HEART = 0.9
"""Loss on unseen rows over the constant answer's while the training loss falls: nothing that was learned carries over.
Healthy: at most 0.6."""

MET = 0.9
"""Training loss in inference mode over that met with dropout, where dropout explains the difference."""
DROPOUT = 0.5
"""The lecture's usual rates are 0.2 to 0.5."""
PENALTY = 1.0
"""‖∂R/∂W‖ over ‖∂L/∂W‖ of the data at the start: above it the penalty has more to say than the data from the first
update.  Healthy: 0.01; the program's own proposals for small tables with noise reach 0.63."""
SHRUNK = 0.5
"""‖W‖ of all layers now over the start, of a network that a penalty pulled to zero."""

IMBALANCE = 0.8
"""Share of the commonest class."""
NO_BETTER = 0.01
"""Accuracy above that share that counts as none."""
RARE_LEARNT = 0.8
"""Share of the rows of all classes but the commonest that is found, from which they are called learnt."""
RARE_MISSED = 0.5
"""The same below which the accuracy misleads: of such a row the wrong answer is likelier than the right one."""
SCARCE_ROWS = 10
"""Training rows of a class: with fewer, a validation or test part has one or none of them."""
SCARCE_SHARE = 0.1
"""The same as a part of an equal share of the rows, so that small exercises are left in peace."""
TELLING = 0.999
"""R² or accuracy of a single feature: real measurements do not reach it, copies of the target do."""
FEWEST_FOR_TELLING = 30
"""Training rows; with fewer, a feature may separate the classes by chance."""
ROWS_A_FEATURE = 5
"""Training rows for each feature: with fewer, even a linear model's error grows by a quarter, n/(n − m)."""
FEWEST_ROWS = 30
"""Training rows: with fewer, an accuracy is uncertain by ± 9 points and more."""
UNREACHABLE = 0.01
"""Share of the targets outside the range of the output; all but a few far values."""
BATCHES = 2
"""Updates an epoch: batch descent, or nearly."""
MANY_ROWS = 100
"""Training rows from which several batches an epoch are worth having."""
