"""How the words that made a decision look: coloured in a terminal, elsewhere a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from linnet.cli.show import console, escape, printable

MOST_WORDS = 10
STRONG, WEAK = 0.5, 0.2


def why(explanation: Any) -> None:
    """Print the words that speak for a label, and those against it."""
    strongest = explanation.strongest(MOST_WORDS)
    if not strongest:
        print("  no word of it changes the score")
    elif console().is_terminal:
        _coloured(explanation)
    else:
        for word in strongest:
            print(f"  {printable(word.text)} {word.contribution:+.2f}")
    if explanation.words_together > 1 and strongest:
        print(f"  ({explanation.words_together} neighbours at a time were left out)")


def separations(found: Sequence[Mapping[str, Any]]) -> None:
    """Print for labels that are taken for each other the words that separate them."""
    from rich.table import Table

    out = console()
    if not found:
        out.print("no label is taken for another")
    for pair in found:
        told = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        told.add_column(max_width=40)
        told.add_column()
        for label, words in zip(pair["labels"], pair["towards"], strict=True):
            told.add_row(f"  towards {escape(label)}", _pulls(words))
        for each in pair["taken"]:
            told.add_row(f"  misled to {escape(each['predicted'])}", _pulls(each["words"]))
        out.print(f"[bold]{_mixed_up(pair)}[/bold] ({pair['method']}, {pair['texts']:,} texts)")
        out.print(told)


def _mixed_up(pair: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{each['rows']:,} {escape(each['true'])} taken for {escape(each['predicted'])}"
        for each in pair["taken"]
    )


def _pulls(words: Sequence[tuple[str, float, int]]) -> Any:
    """Return words with their mean pull and the number of their texts, as columns."""
    from rich.columns import Columns

    shown = [f"{escape(word)} [dim]{pull:+.2f} in {texts:,}[/dim]" for word, pull, texts in words]
    return Columns(shown or ["[dim]none[/dim]"], padding=(0, 2))


def _coloured(explanation: Any) -> None:
    """Print the whole text; the more a word did, the stronger its green or red."""
    from rich.text import Text

    shown = Text("  ")
    for piece, strength in explanation.parts():
        shown.append(printable(piece), style=_style(strength))
    console().print(shown)


def _style(strength: float) -> str:
    if not strength:
        return ""
    color = "green" if strength > 0 else "red"
    if abs(strength) >= STRONG:
        return f"bold reverse {color}"
    return f"bold {color}" if abs(strength) >= WEAK else color
