"""How the words that made a decision look: coloured in a terminal, elsewhere a list."""

from typing import Any

from linnet.cli.show import console, printable

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
