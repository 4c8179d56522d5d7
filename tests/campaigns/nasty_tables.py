"""Nasty tables of many kinds, and what a careful person reads in each: `python -m tests.campaigns.nasty_tables`.

Each entry of `TABLES` is a file and what must come of it: values of some columns, codes of the notices that must be
given, or the code of the refusal.  What is not named does not matter, except that nothing may be wrong in silence.
"""

import gzip
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.campaigns.reporting import Tally
from tui_ann.data.read.reader import read_table
from tui_ann.errors import DataError

N = 20
NUMBERS = [round(1.5 + 0.37 * i, 2) for i in range(N)]
LABELS = ["ab"[i % 2] for i in range(N)]


@dataclass(frozen=True)
class Nasty:
    """A table, and what must come of it."""

    name: str
    content: bytes
    values: Mapping[str, list[Any]] = field(default_factory=dict)
    """The cells of columns."""
    codes: frozenset[str] = frozenset()
    """Codes of notices that must be among those given."""
    refused: str = ""
    """The code of the refusal."""
    ending: str = ".csv"


def plain(delimiter: str = ",", end: str = "\n", head: str = "id,x,y", decimal: str = ".") -> str:
    """A good table."""
    rows = [
        delimiter.join([str(i), str(x).replace(".", decimal), y])
        for i, (x, y) in enumerate(zip(NUMBERS, LABELS, strict=True))
    ]
    return end.join([head.replace(",", delimiter), *rows]) + end


GOOD: dict[str, list[Any]] = {"x": NUMBERS, "y": LABELS}


def column(cells: list[Any], delimiter: str = ",", head: str = "v,y") -> str:
    """A table with these cells in its first column."""
    rows = "".join(f"{cell}{delimiter}{LABELS[i % N]}\n" for i, cell in enumerate(cells))
    return f"{head.replace(',', delimiter)}\n{rows}"


def tables() -> Iterator[Nasty]:
    """All of them."""

    def read(
        name: str,
        content: str | bytes,
        values: Mapping[str, Any] | None = None,
        *codes: str,
        ending: str = ".csv",
    ) -> Nasty:
        raw = content if isinstance(content, bytes) else content.encode()
        return Nasty(name, raw, values or {}, frozenset(codes), ending=ending)

    def refused(name: str, content: str | bytes, code: str) -> Nasty:
        return Nasty(name, content if isinstance(content, bytes) else content.encode(), refused=code)

    counts = list(range(N))
    yield read("plain", plain(), GOOD)
    for codec in ("utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"):
        yield read(f"{codec}", plain().encode(codec), GOOD)
    yield refused("NUL in a cell", plain().replace("2.24", "2.\x0024"), "not_text")
    yield refused("NUL padding", plain().encode() + bytes(200), "not_text")
    yield read("mixed encodings", column([f"Kö{i % 3}" for i in counts]).encode() + "Gö,a\n".encode("cp1252"),
               {"v": [*[f"Kö{i % 3}" for i in counts], "Gö"]}, "mixed_encoding")  # fmt: skip
    yield read(
        "newlines in quotes", column([f'"line {i}\nmore"' for i in counts]), {"v": [f"line {i}\nmore" for i in counts]}
    )
    yield read("unbalanced quote at the end", plain() + '20,"9.9,a\n', GOOD, "rejected_rows")
    yield read("decimal comma, semicolon", plain(";", decimal=","), GOOD)
    for mark, name in (("'", "apostrophe"), (" ", "space"), ("\u00a0", "no-break space"), ("\u202f", "narrow space")):
        cells = [f"{i + 1}{mark}{i * 31 % 1000:03d},50" for i in counts]
        yield read(
            f"thousands by {name}", column(cells, ";"), {"v": [1000 * (i + 1) + i * 31 % 1000 + 0.5 for i in counts]}
        )
    yield read("thousands by apostrophe, point", column([f"{i + 1}'{i * 31 % 1000:03d}.50" for i in counts], ";"),
               {"v": [1000 * (i + 1) + i * 31 % 1000 + 0.5 for i in counts]})  # fmt: skip
    yield read(
        "same and empty names", plain(head="x,,x"), {"x": counts, "x_2": LABELS}, "duplicate_header", "blank_header"
    )
    yield refused("header only", "a,b,c\n", "no_rows")
    yield read("no header", plain().split("\n", 1)[1], {"column_2": NUMBERS}, "no_header")
    yield read("one column", "x\n" + "".join(f"{x}\n" for x in NUMBERS), {"x": NUMBERS}, "single_column")
    yield read("10,000 columns", ",".join(f"c{j}" for j in range(10_000)) + "\n" + "\n".join(
        ",".join(str(i * j % 7) for j in range(10_000)) for i in range(5)), {"c9999": [i * 9999 % 7 for i in range(5)]})  # fmt: skip
    yield read("one unit", column([f"{x} kg" for x in NUMBERS]), {"v": NUMBERS}, "units")
    yield read("two units", column([f"{i + 1} {'kg' if i % 2 else 'g'}" for i in counts]), {}, "mixed_units")
    yield read("percent here and there", column([f"{i + 1}{'%' if i % 2 else ''}" for i in counts]), {}, "mixed_types")
    yield read("two currencies", column([f"{'$' if i % 2 else '€'}{i + 1}.50" for i in counts]), {}, "mixed_units")
    days = [f"2020-{i % 12 + 1:02d}-{i % 28 + 1:02d}" for i in counts]
    yield read("day first", column([f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/2020" for i in counts]), {"v": days})
    yield read("month first", column([f"{i % 12 + 1:02d}/{i % 28 + 1:02d}/2020" for i in counts]), {"v": days})
    yield read(
        "both may be first",
        column([f"{i % 12 + 1:02d}/{i * 5 % 12 + 1:02d}/2020" for i in counts]),
        {},
        "ambiguous_dates",
    )
    mixed = ["13/01/2020", "01/13/2020", "02/03/2020", "04/05/2020", "14/02/2020", "02/14/2020"]
    yield read("both are first", column(mixed), {"v": mixed}, "mixed_dates")
    yield read("both are first, not as often", column([*mixed, "15/03/2020"]), {}, "mixed_dates")
    yield read("words of truth", column([["ja", "nein"][i % 2] for i in counts]), {"v": [i % 2 == 0 for i in counts]})
    yield read("Namibia", column([["NA", "DE", "FR", "US"][i % 4] for i in counts]), {}, "missing_values")
    yield read("None as a class", column([["None", "some", "all"][i % 3] for i in counts]), {}, "missing_values")
    yield read(
        "inf as a class",
        column([["inf", "sup"][i % 2] for i in counts]),
        {"v": [["inf", "sup"][i % 2] for i in counts]},
    )
    yield read("leading zeros", column([f"0{1000 + i}" for i in counts]), {"v": [f"0{1000 + i}" for i in counts]})
    yield read("too large numbers", column(["1e400" if i == 3 else x for i, x in enumerate(NUMBERS)]),
               {"v": [None if i == 3 else x for i, x in enumerate(NUMBERS)]}, "not_finite")  # fmt: skip
    yield read("a delimiter at the end of rows", plain().replace("a\n", "a,\n").replace("b\n", "b,\n"), GOOD)
    yield read("a comment in the middle", plain() + "# a comment\n30,1.0,a\n", {"x": [*NUMBERS, 1.0]}, "rejected_rows")
    yield read("comments before", "# made by X\n# on day Y\n" + plain(), GOOD)
    yield read("a total", plain() + "Total,150.3,\n", {}, "total_row", "not_a_number")
    yield read("a footer", plain() + "\nSource: Office of statistics, 2020\n", GOOD, "rejected_rows")
    yield read("sep= of Excel", "sep=;\n" + plain(";"), GOOD)
    yield refused("HTML", "<table><tr><td>1</td></tr></table>", "html")
    yield refused("HTML after blank lines", "\n\n  <!DOCTYPE html>\n<html><body>404</body></html>", "html")
    yield refused("XML", '<?xml version="1.0"?><a/>', "xml")
    yield read("a JSON list", '[{"x":1,"y":2},{"x":2,"y":3}]', {"x": [1.0, 2.0]})
    yield read("a JSON list on lines", '[{\n"x": 1},\n{"x": 2}]', {"x": [1.0, 2.0]})
    yield refused("a JSON object", '{"data":[{"x":1,"y":2}]}', "nested_values")
    yield read("JSON lines", '{"x":1,"y":"a"}\n{"x":2,"y":"b"}\n', {"x": [1.0, 2.0], "y": ["a", "b"]})
    yield read("gzip", gzip.compress(plain().encode()), GOOD)
    yield read("a mark in the middle", plain().replace("5,3.35", "\ufeff5,3.35"), {"x": NUMBERS}, "not_a_number")
    yield read("two marks", "\ufeff\ufeff" + plain(), {"id": counts, **GOOD})
    yield read("CR only", plain(end="\r"), GOOD)
    yield read("CRLF here and there", plain().replace("\n", "\r\n", 5), GOOD)
    yield read("vertical tab for a line end", plain().replace("7,4.09,b\n", "7,4.09,b\x0b"), {}, "rejected_rows")
    yield refused("file separators", column([f"a\x1cb{i}" for i in counts]), "not_text")
    for mark in ("\x85", "\u2028"):
        yield read(
            f"U+{ord(mark):04X} in cells",
            column([f"a{mark}b{i % 3}" for i in counts]),
            {"v": [f"a{mark}b{i % 3}" for i in counts]},
        )
    yield read("minus sign", column([f"\u2212{x}" for x in NUMBERS]), {"v": [-x for x in NUMBERS]})
    yield read("plus sign", column([f"+{x}" for x in NUMBERS]), {"v": NUMBERS})
    yield read("negative in brackets", column([f"({i}.50)" if i % 3 == 0 else f"{i}.50" for i in counts]),
               {"v": [None if i % 3 == 0 else i + 0.5 for i in counts]}, "not_a_number")  # fmt: skip
    yield read("minus behind", column([f"{i}.5-" if i % 3 == 0 else f"{i}.5" for i in counts]),
               {"v": [None if i % 3 == 0 else i + 0.5 for i in counts]}, "not_a_number")  # fmt: skip
    for name, cells in {
        "hexadecimal": [f"0x{i:02x}" for i in counts],
        "fractions": [f"{i}/7" for i in counts],
        "exponents with D": [f"{i}.5D+02" for i in counts],
        "underscores": [f"1_{i:03d}" for i in counts],
        "formulas": [f"=A{i}+1" for i in counts],
        "Arabic digits": ["".join(chr(0x660 + int(c)) for c in str(i)) for i in counts],
    }.items():
        yield read(name, column(cells), {"v": cells})
    yield read("k behind", column([f"{i + 1}.5k" for i in counts]), {"v": [i + 1.5 for i in counts]}, "units")
    yield read("two decimal signs", column([f"{i}{',' if i % 2 else '.'}5" for i in counts], ";"), {}, "mixed_types")
    yield read("two tables", plain() + "\n\nname,value\nq,1\nr,2\n", GOOD, "rejected_rows")
    yield read("the header again", plain() + plain(), {"x": NUMBERS * 2}, "rejected_rows")
    yield read(
        "aligned by blanks",
        "id  x     y\n" + "".join(f"{i:<4}{x:<6}{y}\n" for i, (x, y) in enumerate(zip(NUMBERS, LABELS, strict=True))),
        GOOD,
    )
    yield read("single quotes", column([f"'a,b{i % 3}'" for i in counts]), {"v": [f"a,b{i % 3}" for i in counts]})
    yield read(
        "quotes behind backslashes",
        column([f'"a \\"q\\" {i % 3}"' for i in counts]),
        {"v": [f'a "q" {i % 3}' for i in counts]},
    )
    yield read("blanks around", plain().replace(",", " , "), GOOD)
    for codec, word in (
        ("shift-jis", "東京"),
        ("gbk", "北京"),
        ("koi8-r", "Москва"),
        ("cp1251", "Москва"),
        ("cp1253", "Αθήνα"),
    ):
        yield read(codec, column([f"{word}{i % 3}" for i in counts]).encode(codec), {}, "odd_encoding")
    yield read(
        "cp1252", column([f"Größe{i % 3}" for i in counts]).encode("cp1252"), {"v": [f"Größe{i % 3}" for i in counts]}
    )
    yield read(
        "whole numbers beyond 2⁵³",
        column([2**53 + 1 + i for i in counts]),
        {"v": [str(2**53 + 1 + i) for i in counts]},
        "huge_int",
    )
    yield read("numbers of 5,000 digits", column(["1" * 5000 + str(i) for i in counts]), {}, "huge_int")
    yield read("400 zeros", column([f"0.{'0' * 400}{i + 1}" for i in counts]), {"v": [0.0] * N}, "constant_column")
    yield read(
        "a name of 100,000 letters",
        "x" * 100_000 + ",y\n" + "".join(f"{x},a\n" for x in NUMBERS),
        {"x" * 100_000: NUMBERS},
    )
    yield read("a table of Postgres", " id |  x   | y\n----+------+---\n" + "".join(
        f" {i:>2} | {x} | {y}\n" for i, (x, y) in enumerate(zip(NUMBERS, LABELS, strict=True))) + "(20 rows)\n", GOOD, "rejected_rows")  # fmt: skip
    yield from _random()


def _random() -> Iterator[Nasty]:
    """Good tables in a random dialect, which are read as they are."""
    chance = random.Random(0)
    for number in range(40):
        delimiter, decimal = chance.choice([(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", ".")])
        codec = chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
        end = chance.choice(["\n", "\r\n", "\r"])
        cells = [round(chance.uniform(-1000, 1000), chance.randint(1, 6)) for _ in range(N)]
        labels = [chance.choice(["rot", "blau", "grün"]) for _ in range(N)]
        quote = chance.choice(['"', ""])
        rows = [
            delimiter.join([str(x).replace(".", decimal), f"{quote}{y}{quote}"])
            for x, y in zip(cells, labels, strict=True)
        ]
        text = end.join([delimiter.join(["wert", "farbe"]), *rows]) + chance.choice([end, ""])
        yield Nasty(f"dialect {number}", text.encode(codec), {"wert": cells, "farbe": labels})


def wrong(nasty: Nasty, folder: Path) -> str:
    """What is wrong in the reading of a table; empty if nothing is."""
    path = folder / f"table{nasty.ending}"
    path.write_bytes(nasty.content)
    try:
        table = read_table(path)
    except DataError as error:
        if not nasty.refused:
            return f"refused: {error}"
        return "" if error.code == nasty.refused and error.remedy else f"refused as {error.code}: {error}"
    if nasty.refused:
        return f"read as {table.names[:5]}, not refused"
    for name, values in nasty.values.items():
        if name not in table.names:
            return f"no column {name[:40]!r} in {table.names[:5]}"
        if list(table.column(name).values()) != values:
            return f"column {name[:40]!r} is {list(table.column(name).values())[:6]}, not {values[:6]}"
    lacking = nasty.codes - {notice.code for notice in table.warnings}
    return f"does not say {', '.join(sorted(lacking))}" if lacking else ""


def main() -> int:
    """Read all tables and return the exit code."""
    from tests.campaigns.trying import judged  # only Unix has it

    tally = Tally("nasty tables")
    with tempfile.TemporaryDirectory() as name:
        for nasty in tables():
            tally.count(
                "dialects" if nasty.name.startswith("dialect") else "tables",
                nasty.name,
                judged(partial(wrong, nasty, Path(name))),
            )
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
