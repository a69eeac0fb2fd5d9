"""Charts as SVG, drawn by us on the server, readable in print and without colour. Across, places are shares of the
width; down they are `em`: words keep their size on a phone, and grow in elder mode.
"""

from collections.abc import Sequence

from markupsafe import Markup

HEAD, BODY, FOOT = 1.5, 9.0, 2.0  # em, of standing bars
NAMED, NUMBERED = 2.8, 1.8  # em that a name, and a number above a bar, needs at least
NAME, BAR, GAP = 1.3, 1.1, 0.7  # em, of lying bars
LONGEST = 82.0  # % of the width: its number stands behind a lying bar
MOST_NUMBERED, MOST_NAMED, MOST_SAID, NAME_LENGTH = 16, 8, 40, 14

# A name and its numbers: the first is drawn filled, the second hollow; None where there was nothing to count.
Values = Sequence[tuple[str, Sequence[float | None]]]

SVG = Markup(
    '<svg class="chart" width="{width}" height="{height}em" role="img" aria-label="{said}">{drawn}</svg>'
)
SCROLL = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{title}">{chart}</div>')
RECT = Markup('<rect class="{kind}" x="{x}%" y="{y}em" width="{width}%" height="{height}em" rx="2"/>')
WORD = Markup('<text class="{kind}" x="{x}%" y="{y}em" dx="{dx}em">{word}</text>')
KINDS = ("first", "second")


def bars(title: str, values: Values, unit: str) -> Markup:
    """Standing bars, for what follows in time, their numbers above, the name below. `title` is read out, with every
    number; empty where nothing was counted.
    """
    if not _counted(values):
        return Markup("")
    numbered, step = len(values) <= MOST_NUMBERED, 100 / max(len(values), 8)
    named = 1 if numbered else -(-len(values) // MOST_NAMED)
    drawn = Markup("").join(
        _standing(n * step, step, numbers, _most(values), numbered)
        + (_word("", (n + 0.5) * step, HEAD + BODY + FOOT - 0.6, label) if n % named == 0 else "")
        for n, (label, numbers) in enumerate(values)
    )
    room = max(NAMED, NUMBERED * len(values[0][1])) * max(len(values), 8)
    width = f"{round(room, 1)}em" if numbered else "100%"
    chart = SVG.format(width=width, height=HEAD + BODY + FOOT, said=_said(title, values, unit), drawn=drawn)
    return SCROLL.format(title=title, chart=chart)


def rows(title: str, values: Values, unit: str) -> Markup:
    """Lying bars, for what has a long name: it stands above them, each number behind its bar."""
    if not _counted(values):
        return Markup("")
    each = NAME + BAR * len(values[0][1]) + GAP
    drawn = Markup("").join(
        _word("start", 0, n * each + 1, _short(label)) + _lying(n * each + NAME, numbers, _most(values))
        for n, (label, numbers) in enumerate(values)
    )
    said = _said(title, values, unit)
    return SVG.format(width="100%", height=round(each * len(values), 1), said=said, drawn=drawn)


def _counted(values: Values) -> list[float]:
    return [number for _, numbers in values for number in numbers if number is not None]


def _most(values: Values) -> float:
    return max(_counted(values)) or 1


def _said(title: str, values: Values, unit: str) -> str:
    each = [
        f"{label} {'、'.join(str(round(one)) for one in numbers if one is not None)} {unit}"
        for label, numbers in values[:MOST_SAID]
        if any(one is not None for one in numbers)
    ]
    return f"{title}：{'，'.join(each)}"


def _short(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def _standing(
    left: float, step: float, numbers: Sequence[float | None], most: float, numbered: bool
) -> Markup:
    wide, drawn = step * 0.8 / len(numbers), Markup("")
    for n, (kind, number) in enumerate(zip(KINDS, numbers, strict=False)):
        if number is None:
            continue
        x, high = left + step * 0.1 + n * wide, number / most * BODY
        drawn += _rect(kind, (x + wide * 0.05, HEAD + BODY - high), (wide * 0.9, high))
        if numbered:
            drawn += _word("", x + wide / 2, HEAD + BODY - high - 0.4, round(number))
    return drawn


def _lying(top: float, numbers: Sequence[float | None], most: float) -> Markup:
    drawn = Markup("")
    for n, (kind, number) in enumerate(zip(KINDS, numbers, strict=False)):
        if number is None:
            continue
        long, y = number / most * LONGEST, top + n * BAR
        drawn += _rect(kind, (0, y), (long, BAR * 0.85)) + _word("start", long, y + 0.85, round(number), 0.4)
    return drawn


def _rect(kind: str, at: tuple[float, float], size: tuple[float, float]) -> Markup:
    (x, y), (width, height) = at, size
    return RECT.format(
        kind=kind, x=round(x, 2), y=round(y, 2), width=round(width, 2), height=round(height, 2)
    )


def _word(kind: str, x: float, y: float, word: str | int, dx: float = 0) -> Markup:
    return WORD.format(kind=kind, x=round(x, 2), y=round(y, 2), dx=dx, word=word)
