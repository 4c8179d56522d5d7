from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError
from tui_ann.experiment.spec import DataSpec
from tui_ann.tui.content.data_report import MOST, MOST_SCALED, report_lines, rows_lost


def lines_of(path, text, **given):
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    options = {"dataset": None, "trouble": None, "excluded": {}} | given
    return list(report_lines(table, options["dataset"], options["trouble"], options["excluded"]))


def test_the_file_is_described(tmp_path):
    lines = lines_of(tmp_path / "a.csv", "a;b\n1,5;2\n3,5;4\n2,5;1\n")
    assert ("", "3 rows, 2 columns, 22 B") in lines
    assert ("", "utf-8, delimiter semicolon, decimal comma, names in the first row") in lines


def test_rejected_rows_are_listed_with_line_and_reason(tmp_path):
    text = "a,b\n" + "1,2\n" * 20 + "1,2,3\n"
    lines = lines_of(tmp_path / "a.csv", text)
    assert ("title", "Rejected: 1 row") in lines
    assert ("bad", "line 22: too many cells (3, not 2): 1,2,3") in lines


def test_of_many_rejected_rows_the_first_are_listed(tmp_path):
    text = "a,b\n" + "1,2\n" * 2000 + "1,2,3\n" * (MOST + 5)
    assert ("", "… and 5 more") in lines_of(tmp_path / "a.csv", text)


def test_cells_taken_as_missing_are_listed(tmp_path):
    lines = lines_of(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 20 + "oops,2\n")
    assert ("note", "line 22, a: oops is not a number") in lines


def test_a_remedy_names_the_labels_of_the_form(tmp_path):
    trouble = DataError("It will not do.", remedy='Set missing = "median".')
    assert ("note", "Set missing cells: median.") in lines_of(tmp_path / "a.csv", "a,b\n1,2\n", trouble=trouble)


def test_what_is_in_the_way_comes_first(tmp_path):
    trouble = DataError("It will not do.", remedy="Do otherwise.", details=("here", "there"))
    lines = lines_of(tmp_path / "a.csv", "a,b\n1,2\n2,3\n", trouble=trouble)
    assert lines[:5] == [
        ("title", "Problem"),
        ("bad", "It will not do."),
        ("bad", "  here"),
        ("bad", "  there"),
        ("note", "Do otherwise."),
    ]


def test_columns_left_out_have_their_reason(tmp_path):
    lines = lines_of(tmp_path / "a.csv", "a,b\n1,2\n2,3\n", excluded={"a": "id"})
    assert ("title", "Left out: 1 of 2 columns") in lines
    assert ("", "a: identifies the row, so it cannot help to predict others") in lines


def test_scaling_is_shown_with_its_figures(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(10)), encoding="utf-8")
    table = read_table(path)
    dataset = build_dataset(table, DataSpec(path=str(path), target="b", validation_split=0.0))
    assert ("", "a: (x − 4.5) / 2.872") in list(report_lines(table, dataset, None, {}))


def test_rows_that_are_rejected_and_rows_that_are_left_out_are_both_counted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,y\n" + "1,2.5\n2,3.5\n3,1.5\n" * 10 + "4,\n", encoding="utf-8")
    table = read_table(path)
    dataset = build_dataset(table, DataSpec(path=str(path), target="y", missing="drop"))
    assert rows_lost(table, None) == "no rows rejected"
    assert rows_lost(table, dataset) == "1 of 31 rows left out"
    path.write_text(path.read_text(encoding="utf-8") + "1,2,3\n", encoding="utf-8")
    again = read_table(path)
    assert rows_lost(again, build_dataset(again, DataSpec(path=str(path), target="y", missing="drop"))) == (
        "1 row rejected, 1 of 31 rows left out"
    )


def test_the_reasons_of_a_proposal_have_a_title() -> None:
    table = Table.of([Column.of_numbers("a", [1.0, 2.0])])
    lines = list(report_lines(table, None, None, {}, ["target a: it is the last column"]))
    assert lines[-2:] == [("title", "Proposed"), ("", "target a: it is the last column")]
    assert ("title", "Proposed") not in list(report_lines(table, None, None, {}))


def test_of_very_many_scaled_columns_the_first_are_listed(tmp_path):
    names = [f"c{index}" for index in range(MOST_SCALED + 4)]
    rows = [",".join(str(row * index + row) for index in range(len(names))) for row in range(30)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join([",".join(names), *rows]) + "\n", encoding="utf-8")
    table = read_table(path)
    dataset = build_dataset(table, DataSpec(path=str(path), target=names[-1], scaling="standard", missing="drop"))
    lines = [line for _, line in report_lines(table, dataset, None, {}, ["a reason"])]
    scaled = lines[lines.index("Scaling, from the training rows") + 1 :]
    assert "a reason" not in scaled, "the reasons come before the long list"
    assert len(scaled) == MOST_SCALED + 1
    assert scaled[-1] == "… and 3 more"
