"""The words of a text with what each did for a label: plain values, and the same as HTML.

Knows nothing of how it was found.
"""

from dataclasses import dataclass
from html import escape
from typing import Literal

Method = Literal["exact", "occlusion"]

FOR, AGAINST = "46, 160, 67", "207, 34, 46"
"""Green and red."""
STRONGEST = 0.7
"""How opaque the colour of the strongest word is."""
LEAST = 0.05
"""Words that did less than this share of the strongest are not coloured."""


@dataclass(frozen=True)
class Word:
    """A word of a text, as the model's tokeniser cut it.

    Attributes:
        text: In the text's own spelling.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        contribution: What it did for the label, in log-odds: above 0 it speaks for it.
    """

    text: str
    start: int
    end: int
    contribution: float


@dataclass(frozen=True)
class Explanation:
    """Why a label has its score.

    Attributes:
        text: The text as it was given.
        label: The label that is explained.
        score: Its score.
        method: "exact": contributions and `base` add up to the label's logit. "occlusion": each
            is how much the log-odds of the score fall when the word is left out.
        base: Exact: what the model says without any word. Occlusion: the log-odds of the score.
        words: In reading order.
        words_together: How many words were left out at a time; they share what that did.
    """

    text: str
    label: str
    score: float
    method: Method
    base: float
    words: tuple[Word, ...]
    words_together: int = 1

    def strongest(self, k: int = 10) -> list[Word]:
        """Return the words that did most, for or against, those that did nothing left out."""
        moved = [each for each in self.words if each.contribution]
        return sorted(moved, key=lambda each: -abs(each.contribution))[:k]

    def parts(self) -> list[tuple[str, float]]:
        """Return the whole text in pieces, each with its strength from -1 (against) to 1 (for).

        What stands between words has strength 0, and so has a word that did next to nothing.
        """
        most = max((abs(each.contribution) for each in self.words), default=0.0)
        found, done = list[tuple[str, float]](), 0
        for word in self.words:
            if word.start < done or word.end <= word.start:
                continue  # a second word in the same characters, or a word without any
            if word.start > done:
                found.append((self.text[done : word.start], 0.0))
            strength = word.contribution / most if most else 0.0
            found.append((word.text, strength if abs(strength) >= LEAST else 0.0))
            done = word.end
        return [*found, (self.text[done:], 0.0)] if done < len(self.text) else found

    def to_html(self) -> str:
        """Return the text with its words coloured, as a piece of HTML that needs nothing else."""
        pieces = "".join(_colored(piece, strength) for piece, strength in self.parts())
        said = f"{escape(self.label)} {100 * self.score:.2f} %"
        return (
            f'<div class="linnet-why"><p><strong>{said}</strong></p>'
            f'<p style="white-space: pre-wrap">{pieces}</p></div>'
        )


def _colored(piece: str, strength: float) -> str:
    if not strength:
        return escape(piece)
    side, color = ("for", FOR) if strength > 0 else ("against", AGAINST)
    style = f"background: rgba({color}, {STRONGEST * abs(strength):.2f}); color: inherit"
    return f'<mark class="{side}" style="{style}">{escape(piece)}</mark>'
