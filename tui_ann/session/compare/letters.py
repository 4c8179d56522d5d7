"""The letters that name compared runs: A, B … Z, AA, AB."""


def letter(place: int) -> str:
    """The letter of a place, counted from 0.

    Args:
        place: 0 is A, 25 is Z, 26 is AA.
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
