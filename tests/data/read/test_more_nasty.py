"""The kinds of nasty file that `nasty/` has no example of, each made here, and what must come of it."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from tui_ann.data.prepare.roles import excluded, propose_target, propose_task
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError

FLOWERS = [(5.3, 1.8, "rot"), (5.9, 4.0, "blau"), (6.3, 5.5, "weiss"), (4.6, 1.0, "rot"), (6.0, 4.2, "blau")] * 5
HEADER = "laenge,breite,farbe"


def rows(delimiter: str = ",", decimal: str = ".") -> list[str]:
    return [delimiter.join([*(str(number).replace(".", decimal) for number in row[:2]), row[2]]) for row in FLOWERS]


def flowers(delimiter: str = ",", decimal: str = ".", end: str = "\n") -> str:
    return end.join([HEADER.replace(",", delimiter), *rows(delimiter, decimal)]) + end


@pytest.fixture
def load(tmp_path: Path):
    def load_text(text: str | bytes, name: str = "table.csv") -> Table:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path)

    return load_text


def codes(table: Table) -> set[str]:
    return {warning.code for warning in table.warnings}


def values(table: Table, name: str) -> Sequence[object]:
    return table.column(name).values()


def is_flowers(table: Table) -> bool:
    return (
        values(table, "laenge") == [row[0] for row in FLOWERS]
        and values(table, "breite") == [row[1] for row in FLOWERS]
        and values(table, "farbe") == [row[2] for row in FLOWERS]
        and [column.kind for column in table.columns] == ["number", "number", "category"]
    )


def test_02_german_thousands(load) -> None:
    table = load("ort;leute;km2\nA;1.234.567;12,5\nB;83.200;1.204,75\nC;9.100;7,0\n")
    assert values(table, "leute") == [1234567, 83200, 9100]
    assert values(table, "km2") == [12.5, 1204.75, 7]
    assert table.report.dialect[2:] == (",", ".")


def test_02_a_lone_thousands_point_follows_the_other_columns(load) -> None:
    german = load("leute;km2\n1.234;12,5\n2.345;3,25\n")
    assert values(german, "leute") == [1234, 2345]
    english = load("a;b\n1.234;12.5\n2.345;3.25\n")
    assert values(english, "a") == [1.234, 2.345]


@pytest.mark.parametrize("blank", ["\u202f", "\u00a0", " "])
def test_04_french_thousands(load, blank: str) -> None:
    table = load(f"v;prix\na;1{blank}234,50\nb;12{blank}000,00\nc;3,25\n")
    assert values(table, "prix") == [1234.5, 12000, 3.25]
    assert table.report.dialect.thousands == blank


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_06_utf16_with_and_without_mark(load, codec: str) -> None:
    table = load(flowers().encode(codec))
    assert is_flowers(table)
    assert table.report.encoding == codec


def test_08_mixed_encodings_name_the_lines(load) -> None:
    table = load("name,x\nKöln,1\n".encode() + "Gießen,2\n".encode("cp1252") + "Köln,3\nKöln,4\nUlm,5\n".encode())
    assert values(table, "name") == ["Köln", "Gießen", "Köln", "Köln", "Ulm"]
    (warning,) = [warning for warning in table.warnings if warning.code == "mixed_encoding"]
    assert "3" in warning.message


def test_10_carriage_returns_alone(load) -> None:
    table = load(flowers(end="\r"))
    assert is_flowers(table)
    assert table.lines.tolist() == list(range(2, len(FLOWERS) + 2))


def test_12_no_header(load) -> None:
    table = load("\n".join(rows()))
    assert not table.report.has_header
    assert (table.n_rows, table.lines[0]) == (len(FLOWERS), 1)
    assert codes(table) == {"no_header"}
    assert all(name and "unnamed" not in table.column(name).flags for name in table.names)


def test_14_blank_header(load) -> None:
    table = load(flowers().replace("breite", ""))
    assert table.columns[1].name
    assert table.columns[1].flags == ("unnamed",)
    assert codes(table) == {"blank_header"}


def test_14_the_index_that_pandas_writes_is_an_id(load) -> None:
    table = load(f",{HEADER}\n" + "\n".join(f"{i},{row}" for i, row in enumerate(rows())))
    assert table.columns[0].flags == ("id", "unnamed")
    assert excluded(table, "farbe") == {table.names[0]: "id"}


def test_16_rows_but_not_the_header_end_with_a_comma(load) -> None:
    table = load(HEADER + "\n" + ",\n".join(rows()) + ",\n")
    assert is_flowers(table)
    assert codes(table) == set()


def test_16_a_value_after_the_trailing_comma_is_a_field_too_many(load) -> None:
    lines = [row + "," for row in rows()]
    lines[3] += "mehr"
    lines[5] = lines[5].rstrip(",")
    table = load("\n".join([HEADER, *lines]))
    assert [(reject.line, reject.reason, reject.expected, reject.found) for reject in table.rejects] == [
        (5, "too_many_fields", 3, 4)
    ]
    assert table.n_rows == len(FLOWERS) - 1


def test_18_a_shifted_row_is_not_taken_although_its_last_cell_is_blank(load) -> None:
    lines = [row + ",gut" for row in rows()]
    lines[4] = "6.8,,5.2,weiss,"
    table = load("\n".join([HEADER + ",urteil", *lines]))
    assert [(reject.line, reject.expected, reject.found) for reject in table.rejects] == [(6, 4, 5)]


def test_20_infinity_is_reported_and_nan_is_missing(load) -> None:
    table = load("x,y\n1.5,0\ninf,1\nNaN,0\n-Infinity,1\n1e999,0\n2.5,1\n3.5,0\n4.5,1\n5.5,1\n6.5,0\n")
    assert table.column("x").missing == 4
    assert [(issue.line, issue.value, issue.reason) for issue in table.issues] == [
        (3, "inf", "not_finite"),
        (5, "-Infinity", "not_finite"),
        (6, "1e999", "not_finite"),
    ]
    assert codes(table) >= {"not_finite", "missing_values"}


def test_22_ids(load) -> None:
    text = "\n".join(f"{1000 + i},{i * 7919:08x},{i * 0.5},{i % 2}" for i in range(30))
    table = load("customer_id,token,x,y\n" + text)
    assert excluded(table, "y") == {"customer_id": "id", "token": "id"}


@pytest.mark.parametrize(
    "name", ["id", "ID", "PassengerId", "Kunden-Nr", "lfd. Nr.", "Matrikelnummer", "index", "user_id"]
)
def test_22_whole_numbers_all_different_under_such_a_name_are_an_id(load, name: str) -> None:
    table = load(f"{name},y\n" + "\n".join(f"{i * 3},{i % 2}" for i in range(12)))
    assert "id" in table.columns[0].flags


@pytest.mark.parametrize("name", ["x", "menge", "valid", "width", "no_of_rooms"])
def test_22_other_columns_are_no_ids_though_they_count(load, name: str) -> None:
    table = load(f"{name},y\n" + "\n".join(f"{i},{i % 2}" for i in range(12)))
    assert "id" not in table.columns[0].flags


def test_24_booleans_categories_and_text(load) -> None:
    text = "\n".join(f"{i % 2 == 0},{'JN'[i % 2]},{'abc'[i % 3]},Das ist der Satz {i}" for i in range(24))
    table = load("wahr,janein,art,text\n" + text)
    assert [column.kind for column in table.columns] == ["boolean", "boolean", "category", "text"]
    assert values(table, "wahr")[:2] == [True, False]
    assert values(table, "janein")[:2] == [True, False]
    assert excluded(table, None) == {"text": "text"}


def test_26_one_row(load) -> None:
    table = load("x1,x2,y\n1,2,3\n")
    assert (table.n_rows, codes(table)) == (1, {"few_rows"})


def test_26_one_row_of_numbers_without_header(load) -> None:
    table = load("1,2,3\n")
    assert (table.n_rows, table.report.has_header) == (1, False)


@pytest.mark.parametrize("text", ["x,y\n\n\n", "x,y", "x,y\r\n\r\n", "\ufeffx,y\n,\n"])
def test_28_nothing_but_a_header(load, text: str) -> None:
    with pytest.raises(DataError) as caught:
        load(text)
    assert caught.value.code == "no_rows"


@pytest.mark.parametrize("text", ["\n\n  \n", "# nur\n# Kommentare\n", ",,,\n,,,\n", "\ufeff\n"])
def test_30_nothing_but_blank_lines(load, text: str) -> None:
    with pytest.raises(DataError) as caught:
        load(text)
    assert caught.value.code in ("empty_file", "no_rows")
    assert "no data" in caught.value.message


def test_36_gzip_under_another_name(load) -> None:
    table = load(gzip.compress(flowers().encode()), "flowers.csv")
    assert is_flowers(table)
    assert table.report.container == "gzip"


def test_37_one_endless_line(load) -> None:
    with pytest.raises(DataError) as caught:
        load("aaaa," * 300_000)
    assert caught.value.code == "line_too_long"


def test_37_one_endless_line_among_others(load) -> None:
    table = load("a,b\n" + "1,2\n" * 8 + "x" * 2_000_000 + "\n3,4\n")
    assert (table.n_rows, [reject.line for reject in table.rejects]) == (9, [10])
    assert len(table.rejects[0].text) <= 200


def test_38_five_thousand_columns(load) -> None:
    names = ",".join(f"x{i}" for i in range(5000))
    table = load(names + "\n" + "\n".join(",".join(str(i * j % 7) for j in range(5000)) for i in range(6)))
    assert (table.n_rows, len(table.columns)) == (6, 5000)
    assert values(table, "x3") == [0, 3, 6, 2, 5, 1]


def test_40_percent(load) -> None:
    table = load("anteil,rabatt,y\n" + "\n".join(f"{i} %,{i * 2.5}%,{i % 2}" for i in range(20)))
    assert [column.unit for column in table.columns] == ["%", "%", None]
    assert values(table, "rabatt")[:3] == [0, 2.5, 5]
    assert codes(table) == {"units"}


@pytest.mark.parametrize("stray", ["65.5 EUR", "$65"])
def test_40_the_unit_of_a_stray_cell_is_not_that_of_the_column(load, stray: str) -> None:
    table = load("monthly,y\n" + "\n".join(f"{i + 0.5},{i % 2}" for i in range(20)) + f"\n{stray},1\n")
    assert table.columns[0].unit is None
    assert [issue.value for issue in table.issues] == [stray]
    assert codes(table) == {"not_a_number"}


def test_42_huge_whole_numbers_stay_exact(load) -> None:
    table = load("tweet,y\n" + "\n".join(f"{2**53 + 1 + i * 7},{i % 2}" for i in range(12)))
    assert table.columns[0].kind == "text"
    assert "huge_int" in table.columns[0].flags
    assert values(table, "tweet")[0] == str(2**53 + 1)
    assert excluded(table, "y") == {"tweet": "id"}
    assert codes(table) == {"huge_int"}


def test_44_words_and_numbers_mixed(load) -> None:
    table = load("alter,y\n" + "\n".join(f"{['jung', 'alt', 23, 'reif', 35][i % 5]},{i % 2}" for i in range(20)))
    assert table.columns[0].kind == "category"
    assert codes(table) == {"mixed_types"}


def test_46_comments(load) -> None:
    lines = [HEADER, *rows()]
    lines.insert(4, "# zwischendurch, ein Wort")
    table = load("# erzeugt am 1.1.\n# von mir\n" + "\n".join(lines))
    assert is_flowers(table)
    assert table.report.skip_lines == 2
    assert table.lines[:4].tolist() == [4, 5, 6, 8]


def test_46_the_header_numpy_writes_is_a_comment(load) -> None:
    table = load("# a,b\n" + "\n".join(f"{i * 0.1:.3e},{i % 2:.1e}" for i in range(12)))
    assert table.names == ["a", "b"]
    assert (table.report.has_header, table.report.skip_lines, table.n_rows) == (True, 0, 12)


def test_46_a_column_named_by_a_hash_is_no_comment(load) -> None:
    table = load("#,x,y\n" + "\n".join(f"{i},{i * 0.5},{i % 2}" for i in range(1, 12)))
    assert table.names[0] == "#"


def test_48_the_separator_line_of_excel(load) -> None:
    table = load("sep=;\r\n" + flowers(";", ",", "\r\n"))
    assert is_flowers(table)
    assert (table.report.dialect.delimiter, table.report.skip_lines) == (";", 1)


def test_50_tabs(load) -> None:
    table = load(flowers("\t"), "table.tsv")
    assert is_flowers(table)
    assert table.report.dialect.delimiter == "\t"


def test_52_runs_of_blanks_without_header(load) -> None:
    table = load("\n".join(f" {i * 0.00632:.5f}  {18 + i:.2f}   {i % 2}  {i * 100 + 5.0:8.2f}" for i in range(30)))
    assert table.report.dialect.delimiter == " +"
    assert [column.kind for column in table.columns] == ["number"] * 4
    assert table.columns[3].values()[:2] == [5, 105]


def test_52_single_blanks_with_empty_cells(load) -> None:
    table = load("a b c\n" + "\n".join(f"{i} {'' if i % 3 == 0 else i * 0.5} {i % 2}" for i in range(30)))
    assert table.report.dialect.delimiter == " "
    assert table.column("b").missing == 10


def test_54_decimal_commas_in_quotes(load) -> None:
    table = load("x,y\n" + "\n".join(f'"{i},{i % 10}",{i % 2}' for i in range(12)))
    assert values(table, "x")[:3] == [0, 1.1, 2.2]
    assert table.report.dialect[:3] == (",", '"', ",")


def test_56_an_unclosed_quote_costs_one_row(load) -> None:
    lines = rows()
    lines[4] = '6.0,4.2,"blau'
    table = load("\n".join([HEADER, *lines]))
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(6, "unclosed_quote")]
    assert table.n_rows == len(FLOWERS) - 1
    assert table.lines[4] == 7


def test_58_a_total_row_is_pointed_out(load) -> None:
    table = load("monat,menge,art\n" + "\n".join(f"m{i},{i},{'ab'[i % 2]}" for i in range(9)) + "\nSumme,36,a\n")
    (warning,) = [warning for warning in table.warnings if warning.code == "total_row"]
    assert "11" in warning.message


def test_60_row_names_of_r(load) -> None:
    table = load('"mpg","cyl"\n' + "\n".join(f'"Car {i}",{20 + i * 0.5},{4 + i % 3}' for i in range(15)))
    assert table.names[1:] == ["mpg", "cyl"]
    assert values(table, "mpg")[:2] == [20, 20.5]
    assert excluded(table, "cyl") == {table.names[0]: "id"}


@pytest.mark.parametrize("text", ["x;y\n1,5;2\n", "a,b\n1,2\n", "x\n1\n"])
def test_small_files_have_a_target_and_a_task(load, text: str) -> None:
    table = load(text)
    target = propose_target(table)
    assert target == table.names[-1]
    assert target is not None
    assert propose_task(table, target) == "regression"


def test_years_in_a_header_are_names(load) -> None:
    table = load("land,2019,2020,2021\n" + "\n".join(f"L{i % 4},{i},{i * 2},{i * 3}" for i in range(12)))
    assert table.names == ["land", "2019", "2020", "2021"]


def test_a_row_of_units_below_the_header_is_no_row(load) -> None:
    table = load("a,b,c\nkg,m,\n" + "\n".join(f"{i},{i * 0.5},{'xy'[i % 2]}" for i in range(12)))
    assert (table.n_rows, table.lines[0]) == (12, 3)
    assert codes(table) == {"second_header"}


def test_a_title_filled_up_with_commas_is_no_header(load) -> None:
    table = load("Auswertung,,\n,,\n" + flowers())
    assert is_flowers(table)
    assert table.report.skip_lines == 2


def test_a_header_of_another_width_is_refused(load) -> None:
    with pytest.raises(DataError) as caught:
        load("a,b,c,d,e\n" + "\n".join(f"{i},{i * 0.5},{i % 2}" for i in range(12)))
    assert caught.value.code == "header_mismatch"
    assert "5 fields" in caught.value.message


def test_a_header_delimited_otherwise_is_read_and_pointed_out(load) -> None:
    table = load(HEADER.replace(",", ";") + "\n" + "\n".join(rows()))
    assert is_flowers(table)
    assert codes(table) == {"header_delimiter"}


def test_two_tables_of_different_width_are_refused(load) -> None:
    with pytest.raises(DataError) as caught:
        load(flowers() + "\na,b\n" + "1,2\n" * 20)
    assert caught.value.code == "too_many_rejects"
    assert len(caught.value.details) == 5


def test_cells_in_apostrophes(load) -> None:
    table = load("a,b,c\n" + "\n".join(f"'{i}','x, {i % 3}',{i % 2}" for i in range(12)))
    assert table.report.dialect.quote == "'"
    assert values(table, "b")[:2] == ["x, 0", "x, 1"]


def test_quotes_after_a_backslash(load) -> None:
    table = load("a,b\n" + "\n".join(f'{i},"sagt \\"ja\\", {i % 3}"' for i in range(12)))
    assert values(table, "b")[:2] == ['sagt "ja", 0', 'sagt "ja", 1']


@pytest.mark.parametrize("comment", ["#", "# ", "#\t", "# ,,", "##"])
def test_46_a_comment_without_names_is_no_header(load, comment: str) -> None:
    table = load(f"# von mir\n{comment}\n" + "\n".join(f"{i},{i * 0.5},{i % 2}" for i in range(12)))
    assert (table.n_rows, table.report.has_header) == (12, False)
