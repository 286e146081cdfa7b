"""Rows of texts as a table that fits the terminal."""

from collections.abc import Sequence

from linnet.cli.show import console, escape

WIDEST = 18
LEAST = 10
NUMBERS = ("row", "quality", "score", "uncertainty")


def rows(names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print rows; the last column, the text, is cut to the room there is."""
    from rich.table import Table

    out = console()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    room = out.width
    for place, name in enumerate(names):
        longest = max(len(row[place]) for row in (names, *cells))
        last = place == len(names) - 1
        wide = min(longest, max(room - 2, LEAST) if last else WIDEST)
        room -= wide + 2
        side = "right" if name in NUMBERS else "left"
        table.add_column(name, no_wrap=True, width=wide, justify=side)  # type: ignore[arg-type]
    for row in cells:
        table.add_row(*(escape(" ".join(cell.split())) for cell in row))
    out.print(table)
