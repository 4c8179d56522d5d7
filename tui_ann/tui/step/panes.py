"""The panes of the Step screen."""

from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.ledger import LedgerView
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import DescribedPane, Panes
from tui_ann.tui.widgets.part_numbers import PartNumbers


class UpdatePanes(Panes):
    """The ledger of an update, the formula, picture and numbers of one part, and the losses of the run."""

    def __init__(self) -> None:
        self.ledger, self.formula, self.network = LedgerView(), FormulaView(), NetworkPicture()
        self.numbers, self.curve = PartNumbers(), LossCurve()
        self.curve.pickable = True
        self.ledger_pane = DescribedPane(
            self.ledger, title="Update", id="ledger-pane", beside="formula-pane", topic="ledger"
        )
        self.formula_pane = DescribedPane(
            self.formula, title="Formula", id="formula-pane", beside="ledger-pane", topic="formula"
        )
        self.network_pane = DescribedPane(self.network, title="Network", id="network-pane", topic="lit_network")
        super().__init__(
            self.ledger_pane,
            self.formula_pane,
            self.network_pane,
            DescribedPane(self.numbers, title="Numbers", id="numbers-pane", topic="part_numbers"),
            DescribedPane(self.curve, title="Loss", id="loss-pane", topic="course"),
        )
