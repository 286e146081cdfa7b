"""How an exploration looks on the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linnet.cli.show import console, escape

if TYPE_CHECKING:
    from rich.console import Console

MOST_LABELS = 20
MOST_TOLD = 10
MOST_WORDS = 5
MOST_PAIRS = 5
BAR = 30
WIDEST = 24
NUMBERS = ("words", "texts", "of first", "of second")


def exploration(found: Any) -> None:
    """Print what is in a table and what is wrong with it."""
    out = console()
    out.print(
        f"{found.rows:,} rows, {found.task}, {len(found.class_counts):,} labels, "
        f"{found.distinct_words:,} distinct words"
    )
    _section(out, "First rows")
    head = [(", ".join(each.labels), f"{each.words:,}", each.text) for each in found.head]
    _table(out, ("labels", "words", "text"), head)
    _section(out, "Labels")
    _bars(out, found.class_counts, found.rows)
    _telling(out, found)
    _together(out, found.together)
    _lengths(out, found)
    _findings(out, found.findings)


def _section(out: "Console", title: str) -> None:
    out.print(f"\n[bold]{title}[/bold]")


def _telling(out: "Console", found: Any) -> None:
    labels = sorted(found.telling, key=lambda label: -found.class_counts[label])[:MOST_TOLD]
    if labels:
        _section(out, "Telling words")
        told = {label: found.telling[label][:MOST_WORDS] for label in labels}
        rows = [(label, ", ".join(each.word for each in words)) for label, words in told.items()]
        _table(out, ("label", "its words"), rows)


def _together(out: "Console", together: Any) -> None:
    if together is None:
        return
    _section(out, "Labels that go together")
    out.print(f"{together.mean:g} labels per text on average, {together.num_sets:,} different sets")
    pairs = together.pairs[:MOST_PAIRS]
    shares = [(_percent(each.of_first), _percent(each.of_second)) for each in pairs]
    rows = [
        (each.first, each.second, f"{each.texts:,}", *both)
        for each, both in zip(pairs, shares, strict=True)
    ]
    if rows:
        _table(out, ("label", "and", "texts", "of first", "of second"), rows)


def _lengths(out: "Console", found: Any) -> None:
    _section(out, "Words per text")
    _bars(out, found.lengths.bins, found.rows)
    lengths = {**found.lengths.percentiles, "longest": found.lengths.max}
    shown = ", ".join(f"{name}: {words:,.0f}" for name, words in lengths.items())
    out.print(f"[dim]percentiles: {shown}[/dim]")
    shares = ", ".join(f"{each}: {_percent(cut.tokens)}" for each, cut in found.cuts.items())
    out.print(f"[dim]max_length would cut: {shares}[/dim]")


def _findings(out: "Console", findings: Any) -> None:
    _section(out, "Findings")
    for each in findings:
        mend = f" [dim]→ {escape(each.mend)}[/dim]" if each.mend else ""
        out.print(f"[yellow]{each.check}[/yellow] {escape(each.message)}{mend}")
        for example in each.examples:
            out.print(f"  [dim]{escape(example)}[/dim]")
    if not findings:
        out.print("nothing was found to be wrong")


def _table(out: "Console", names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose last column is cut to the room there is."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    room = out.width
    for place, name in enumerate(names):
        longest = max(len(row[place]) for row in (names, *rows))
        wide = min(longest, WIDEST if place < len(names) - 1 else room - 2)
        room -= wide + 2
        side: Any = "right" if name in NUMBERS else "left"
        table.add_column(name, no_wrap=True, width=wide, justify=side)
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


def _bars(out: "Console", counts: Mapping[str, int], total: int) -> None:
    """Print counts with bars, the largest first where there are many."""
    rows = list(counts.items())
    if len(rows) > MOST_LABELS:
        rows = sorted(rows, key=lambda row: -row[1])[:MOST_LABELS]
    most = max(counts.values(), default=1) or 1
    wide = min(max((len(name) for name, _ in rows), default=1), 28)
    for name, count in rows:
        bar = "█" * round(BAR * count / most)
        share = _percent(count / (total or 1))
        out.print(f"{escape(name[:wide].ljust(wide))} {count:>9,} {share:>7}  {bar}")
    if len(counts) > len(rows):
        out.print(f"(+{len(counts) - len(rows)} more)")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
