"""The benchmark of the chart of several runs, at a small size."""

from benchmarks import overlay


def test_curves_are_read_once_and_drawn_in_every_frame(capsys):
    overlay.main(["--runs", "3", "--updates", "30000", "--per-epoch", "10", "--size", "60x12"])
    lines = capsys.readouterr().out.splitlines()
    assert "3 runs of 30,000 updates on 60 × 12 cells" in lines
    assert [line.split()[0] for line in lines[-2:]] == ["loss", "batch_loss"]
    assert all("within 100 ms" in line for line in lines[-2:])
