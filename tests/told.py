"""What tests measured is said at the end of the run: what a passing test prints nobody sees."""

from collections.abc import Mapping, Sequence

lines: list[str] = []


def tell(*said: str) -> None:
    """So many lines of the report."""
    lines.extend(said)


def table(title: str, head: Sequence[str], rows: Mapping[str, Sequence[str]]) -> None:
    """Rows by their names under a header, each column as wide as it has to be; one cell speaks for its whole row."""
    whole = [cells for cells in rows.values() if len(cells) == len(head)]
    wide = [max(map(len, column)) + 2 for column in zip(head, *whole, strict=True)]
    first = max(map(len, rows), default=0) + 4
    tell(title)
    for name, cells in {"": head, **rows}.items():
        line = "".join(cell.ljust(width) for cell, width in zip(cells, wide, strict=False))
        tell(f"  {name.ljust(first - 2)}{line}".rstrip())
