"""A chart as SVG, drawn by us on the server: bars by hour or day, readable in print and without colour."""

from markupsafe import Markup, escape

WIDTH, HEIGHT, FOOT, HEAD = 640, 180, 24, 18


def bars(title: str, values: list[tuple[str, int]], unit: str) -> Markup:
    """One bar for each value, its number above, its name below. `title` is read out; empty without values."""
    if not values:
        return Markup("")
    step, most = WIDTH / max(len(values), 8), max(value for _, value in values) or 1
    thin = len(values) > 16
    drawn = Markup("").join(
        _bar((n * step, step), value / most, label if not thin or n % 5 == 0 else "", None if thin else value)
        for n, (label, value) in enumerate(values)
    )
    summed = "，".join(f"{label} {value} {unit}" for label, value in values[:40])
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{title}：{summed}">{drawn}</svg>'
    ).format(w=WIDTH, h=HEIGHT, title=escape(title), summed=escape(summed), drawn=drawn)


BAR = Markup('<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="2"/>')
WORD = Markup('<text x="{x}" y="{y}">{word}</text>')


def _bar(where: tuple[float, float], share: float, label: str, value: int | None) -> Markup:
    left, step = where
    height, middle = round(share * (HEIGHT - FOOT - HEAD), 1), round(left + step / 2, 1)
    top = round(HEIGHT - FOOT - height, 1)
    bar = BAR.format(left=round(left + step * 0.15, 1), top=top, width=round(step * 0.7, 1), height=height)
    number = "" if value is None else WORD.format(x=middle, y=top - 5, word=value)
    return bar + number + WORD.format(x=middle, y=HEIGHT - 7, word=label)
