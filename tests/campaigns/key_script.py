"""Random scripts of what a person, or a cat, does at a terminal: keys, texts, pastes, the mouse, other sizes.

A script depends on its seed alone.  It is written as lines of JSON, so that a failure can be played again and shortened.
"""

import json
import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

from tui_ann.tui.keys.actions import ACTIONS
from tui_ann.tui.keys.modes import MODES

SIZES = (
    (80, 24), (120, 36), (200, 60), (300, 100), (17, 20), (200, 15), (200, 60), (40, 12), (1, 1), (2, 3), (5, 100),
    (300, 3), (20, 5), (79, 23), (100, 34), (150, 44), (31, 9), (64, 200),
)  # fmt: skip
"""Columns and lines of terminals, with odd ones."""
PAINTED = "\x1b]2;taken over\x07"
"""Sets the title of a terminal that obeys it."""
CLICK = "[@click=app.taken]taken[/]"
"""Is a link where markup is read."""
CODE = """model = Sequential([Dense(8, activation='relu'), Dropout(0.2), Dense(1, activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer='adam')
"""
HOSTILE = (
    PAINTED, CLICK, "[bold]taken[/bold]", "a[/b]c", "\x1b[2J\x1b[31mred", "\x9b31mc1", "\u202egnirts", "e" + "\u0301" * 200,
    "zero\u200bwidth\ufeff", "\x00NUL\x00", "\x1b", "👩‍👩‍👧‍👦" * 40, "עברית العربية", "tab\tand\nbreak\r\nend", "\ud800", "\udcff\udfff",
    "\uff11\uff12\uff13", "ﷺ" * 300, "\\", "$x ${y}", "../../../etc/passwd", "~", "-1e308", "nan", "1e999", "0,5", "9" * 5000,
    "x" * 100_000, "[" * 100_000, "wide漢字" * 20_000, "a b " * 25_000, "1\n" * 20_000, "1,2,3\n4,5,6", "sample:iris", CODE,
)  # fmt: skip
"""Texts that would take a careless program over."""
NUMBERS = ("0", "1", "-1", "3", "12", "0.5", "1e-3", "100", "1e308", "-0", "2.5e-5", "7,5", "1/3", "1000000000")
MOVES = ("up", "down", "left", "right", "tab", "enter", "escape", "space", "pageup", "pagedown", "home", "end")
OTHERS = ("shift+tab", "backspace", "delete", "f1", "f2", "f5", "f12", "insert", "shift+up", "shift+down", "ctrl+a",
          "ctrl+d", "ctrl+u", "ctrl+w", "ctrl+k", "ctrl+l", "ctrl+c", "ctrl+z", "ctrl+home", "ctrl+end")  # fmt: skip

WAYS = (
    "0 down enter", "0 c enter", "0 Q enter", "0 ctrl+n", "1 down space", "1 down t", "1 Y enter", "1 A", "1 V down enter",
    "2 a enter", "2 a down down enter", "2 down backspace", "2 end backspace", "2 end + +", "2 down enter down enter",
    "2 C", "2 P", "2 J", "2 K", "2 !", "2 tab tab enter", "2 tab tab down down enter down enter", "2 #", "u", "u u", "U",
    "3 space", "3 space space", "3 n", "3 e", "3 r", "3 R", "3 _", "3 tab left left", "3 g", "3 i", "3 [ ]", "4 n n b",
    "4 m", "4 m down right", "4 O", "4 w", "4 w + enter", "4 I enter", "4 L", "4 p", "4 B a enter", "4 F", "4 W", "4 E",
    "4 >", "4 <", "4 g", "5 ] space", "5 [ space", "5 ] ] a enter", "5 x enter", "5 y enter", "5 i", "5 ctrl+n", "5 comma",
    "6 space", "6 w", "6 w enter", "6 L", "6 # enter", "6 # down enter enter", "6 backspace enter", "6 |", "7 enter", "7 a",
    "7 *", "7 space", "7 x enter", "7 = 3 enter", "7 ]", "d enter", "d 1", "d f", "d m", "ctrl+s", "ctrl+e enter", "ctrl+o",
    "ctrl+p", "ctrl+t down enter", "N", "?", "z", "escape escape", "escape escape escape", "n n n", "backspace", "y y",
)  # fmt: skip
"""Keys that lead somewhere; one after the other they change what an earlier one shows."""

FIELDS = {
    "open": "ctrl+o", "save": "S", "row": "7 a", "costs": "7 =", "code": "2 ctrl+k", "units": "2 enter enter", "palette": "ctrl+p",
    "filter": "1 tab &", "find": "1 tab /", "update": "4 g", "example": "4 I end enter", "weights": "4 W", "practice": "4 p",
    "exercise": "0 ctrl+n", "exam": "0 Q", "fork": "3 n 6 w", "lab": "6 # enter", "build": "2", "train": "3", "help": "?",
}  # fmt: skip
"""Keys that lead to a place where text is typed or pasted."""


@dataclass(frozen=True)
class Step:
    """One thing that is done."""

    kind: str
    """`write`: bytes arrive from the terminal; `size`: it has another size; `wait`: nothing happens for a while."""
    data: bytes = b""
    size: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    what: str = ""
    """In words, for a reader; also how often a key was pressed is counted by it."""


@cache
def _bytes_by_key() -> dict[str, bytes]:
    known: dict[str, bytes] = {}
    for sequence, keys in ANSI_SEQUENCES_KEYS.items():
        if isinstance(keys, tuple) and len(keys) == 1:
            known.setdefault(keys[0].value, sequence.encode("latin-1"))
    return known | {"escape": b"\x1b", "enter": b"\r", "tab": b"\t", "space": b" ", "backspace": b"\x7f"}


def key(name: str) -> Step:
    """A key by its name in the keymap."""
    data = name.encode() if len(name) == 1 else _bytes_by_key().get(name)
    if data is None:
        data = unicodedata.lookup(name.replace("_", " ")).encode()
    return Step("write", data, what=name)


def paste(text: str) -> Step:
    """A bracketed paste; a lone surrogate is sent as the bytes that a careless program makes of it."""
    data = b"\x1b[200~" + text.encode("utf-8", "surrogatepass") + b"\x1b[201~"
    return Step("write", data, what=f"paste {text[:24]!a}, {len(text)} characters")


def mouse(button: int, x: int, y: int, *, up: bool = False) -> Step:
    """A report of the mouse; 0 is its left button, 32 more a drag, 64 and 65 the wheel; cells are counted from 0."""
    data = f"\x1b[<{button};{x + 1};{y + 1}{'m' if up else 'M'}".encode()
    return Step("write", data, what=f"mouse {button} at {x},{y}{' up' if up else ''}")


@cache
def _bound() -> tuple[str, ...]:
    """All keys of all screens and dialogs, those that quit rarely among them."""
    keys = [
        each for action in ACTIONS for each in action.keys.split(",") if action.id not in ("app.quit", "app.quit_now")
    ]
    return tuple(each for each in keys if each)


class Monkey:
    """Makes random steps.

    Args:
        seed: Determines all of them.
        size: Columns and lines at the start.
    """

    def __init__(self, seed: int, size: tuple[int, int] = (120, 36)) -> None:
        self._random = random.Random(seed)
        self._size = size
        self._kinds: Sequence[tuple[float, Callable[[], Iterable[Step]]]] = (
            (34, lambda: [key(self._random.choice(_bound()))]),
            (14, lambda: [key(self._random.choice(MOVES))]),
            (9, lambda: [key(self._random.choice([mode.digit for mode in MODES]))]),
            (6, self._letters),
            (4, lambda: [key(self._random.choice(OTHERS))]),
            (3, self._again),
            (22, lambda: [key(name) for name in self._random.choice(WAYS).split()]),
            (4, lambda: [key("escape")] * 2),
            (4, self._number),
            (3, lambda: [paste(self._random.choice(HOSTILE))]),
            (6, self._mouse),
            (2.5, self._resize),
            (1, self._garbage),
            (0.05, lambda: [key("q")]),
        )

    def steps(self) -> Iterator[Step]:
        """Steps without end: bursts, and waits between them."""
        draw = self._random
        weights = [weight for weight, _ in self._kinds]
        while True:
            for _ in range(draw.choice((1, 1, 2, 4, 12))):
                yield from draw.choices(self._kinds, weights)[0][1]()
            yield Step("wait", seconds=draw.choice((0.0, 0.02, 0.02, 0.1, 0.4)))

    def _again(self) -> list[Step]:
        """One key many times, as when it is held down."""
        return [key(self._random.choice((*MOVES, *_bound())))] * self._random.randrange(2, 30)

    def _letters(self) -> list[Step]:
        return [key(chr(self._random.randrange(33, 127))) for _ in range(self._random.choice((1, 1, 1, 5)))]

    def _number(self) -> list[Step]:
        """A number in place of what stands in a field, and Enter."""
        typed = [key(sign) for sign in self._random.choice(NUMBERS)]
        return [key("ctrl+u"), *typed, key("enter")]

    def _mouse(self) -> list[Step]:
        draw, (width, height) = self._random, self._size
        x, y = draw.randrange(width), draw.randrange(height)
        if draw.random() < 0.3:
            return [mouse(64 + draw.randrange(2), x, y)] * draw.randrange(1, 6)
        button = draw.choice((0, 0, 0, 1, 2))
        steps = [mouse(button, x, y)]
        while draw.random() < 0.4:
            x, y = draw.randrange(width), draw.randrange(height)
            steps.append(mouse(button + 32, x, y))
        return [*steps, mouse(button, x, y, up=True)] * draw.choice((1, 1, 2))

    def _garbage(self) -> list[Step]:
        """Bytes that no key sends: sequences of other terminals, and what is no UTF-8."""
        draw = self._random
        numbers = ";".join(str(draw.choice((0, 1, 9, 63, 10**6, 10**30))) for _ in range(draw.randrange(4)))
        sequence = f"\x1b{draw.choice('[O?[[')}{draw.choice('<?>=')}{numbers}{draw.choice('ABCHMRcmnqty~u')}"
        data = draw.choice((sequence.encode(), bytes(draw.randrange(128, 256) for _ in range(draw.randrange(1, 9)))))
        return [Step("write", data, what=f"bytes {data!r}")]

    def _resize(self) -> list[Step]:
        draw, steps = self._random, []
        for _ in range(draw.choice((1, 1, 2, 8))):
            wild = draw.randrange(1, 301), draw.randrange(1, 101)
            self._size = draw.choice((*SIZES, wild, wild))
            steps.append(Step("size", size=self._size, what="×".join(map(str, self._size))))
        return steps


def hostile_fields(seed: int) -> Iterator[Step]:
    """Paste every hostile text into every field, in an order of its own.

    Args:
        seed: Determines the order.
    """
    draw = random.Random(seed)
    pairs = [(way, text) for way in FIELDS.values() for text in HOSTILE]
    draw.shuffle(pairs)
    for way, text in pairs:
        yield from [key("escape")] * 4
        yield from (key(name) for name in way.split())
        yield Step("wait", seconds=0.02)
        yield from (paste(text), key("a"), key("backspace"), key(draw.choice(("enter", "tab", "ctrl+s"))))
        yield Step("size", size=draw.choice(SIZES), what="another size")
        yield Step("wait", seconds=0.02)


def write_script(path: Path, steps: Iterable[Step]) -> None:
    """Write steps, one a line.

    Args:
        path: The file.
        steps: The steps.
    """
    lines = (json.dumps([s.kind, s.data.decode("latin-1"), s.size, s.seconds, s.what]) for s in steps)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_script(path: Path) -> list[Step]:
    """The steps of a file.

    Args:
        path: The file.
    """
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Step(kind, data.encode("latin-1"), tuple(size), seconds, what) for kind, data, size, seconds, what in rows]
