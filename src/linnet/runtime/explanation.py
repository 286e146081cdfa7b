"""The words of a text with what each did for a label: plain values, and the same as HTML.

Knows nothing of how it was found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

Method = Literal["exact", "gradient", "occlusion"]

LEAST = 0.1
"""Words that did less than this share of the strongest are not marked."""
NUM_TOLD = 5
STYLE = (
    ".linnet-why{margin:.5em 0;line-height:1.7;overflow-wrap:anywhere}"
    ".linnet-why p{margin:.2em 0}"
    ".linnet-why .text{max-height:24em;overflow:auto;white-space:pre-wrap}"
    ".linnet-why mark{color:inherit;border-radius:.2em;text-underline-offset:.2em;"
    "text-decoration-thickness:calc(1px + 2px*var(--s));"
    "background:rgb(var(--c)/calc(.6*var(--s)));text-decoration-color:rgb(var(--c))}"
    ".linnet-why .for{--c:46 160 67;text-decoration-line:underline}"
    ".linnet-why .against{--c:217 58 73;text-decoration-line:underline;"
    "text-decoration-style:dashed}"
)
"""Green and red lie over whatever is behind; the lines tell them apart without colour."""


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
        words_together: How many words were left out at a time at most; they share what that did.
        against: The label that it is told from; None: all others together.
    """

    text: str
    label: str
    score: float
    method: Method
    base: float
    words: tuple[Word, ...]
    words_together: int = 1
    against: str | None = None

    def strongest(self, k: int = 10) -> list[Word]:
        """Return the words that did most, for or against, those that did nothing left out."""
        moved = [each for each in self.words if each.contribution]
        return sorted(moved, key=lambda each: -abs(each.contribution))[:k]

    def parts(self) -> list[tuple[str, float]]:
        """Return the whole text in pieces, each with its strength from -1 (against) to 1 (for).

        What stands between words has strength 0, and so has a word that did next to nothing.
        """
        most = self._most()
        return [(piece, did / most if did else 0.0) for piece, did in self._pieces()]

    def told(self, k: int = NUM_TOLD) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """Return the words that speak most for the label and those most against it.

        Each stands once, in lower case, with what all its places did together.
        """
        sums = dict[str, float]()
        for word in self.words:
            name = word.text.lower()
            sums[name] = sums.get(name, 0.0) + word.contribution
        least = LEAST * max(map(abs, sums.values()), default=0.0)
        order = sorted(sums.items(), key=lambda each: -each[1])
        speak = [each for each in order if each[1] > least]
        return speak[:k], [each for each in reversed(order) if each[1] < -least][:k]

    def to_json(self, *, most_characters: int | None = None) -> dict[str, Any]:
        """Return all but the text as plain values.

        `marks` are start, end and contribution of the words that did more than next to nothing,
        no two in the same characters; `most` is how much the strongest of all did.

        Args:
            most_characters: Words that end behind so many are left out; None: none is.
        """
        speak, against = self.told()
        marks = [
            [word.start, word.end, round(word.contribution, 4)]
            for word in self._marked()
            if most_characters is None or word.end <= most_characters
        ]
        return {
            "label": self.label, "against": self.against, "method": self.method,
            "together": self.words_together, "most": round(self._most(), 4), "marks": marks,
            "for": [[word, round(did, 4)] for word, did in speak],
            "not_for": [[word, round(did, 4)] for word, did in against],
        }  # fmt: skip

    def to_html(self) -> str:
        """Return the text with its words marked, as a piece of HTML that needs nothing else.

        Strength is seen by colour and by the thickness of a line; for and against also by the kind
        of the line. Below stand the strongest words in plain writing. Every text is escaped.
        """
        most = self._most()
        pieces = "".join(self._mark(piece, did, most) for piece, did in self._pieces())
        rather = f" rather than {escape(self.against)}" if self.against is not None else ""
        said = f"{escape(self.label)} {100 * self.score:.2f} %{rather}"
        speak, against = (", ".join(map(_counted, each)) for each in self.told())
        told = [
            f'<span class="{kind}">{name}</span> {words}'
            for kind, name, words in (("for", "for", speak), ("against", "against", against))
            if words
        ]
        shown = "; ".join(told) or "no word of it changes the score"
        return (
            f'<div class="linnet-why"><style>{STYLE}</style>'
            f'<p dir="auto"><strong>{said}</strong></p>'
            f'<p class="text" dir="auto" tabindex="0">{pieces or "(empty text)"}</p>'
            f'<p dir="auto"><small>{shown}</small></p></div>'
        )

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return self.to_html()

    def _mark(self, piece: str, did: float, most: float) -> str:
        if not did:
            return escape(piece)
        side = "for" if did > 0 else "against"
        title = escape(f"{side} {self.label}: {did:+.2f}")
        style = f"--s:{abs(did) / most:.2f}"
        return f'<mark class="{side}" style="{style}" title="{title}">{escape(piece)}</mark>'

    def _most(self) -> float:
        """Return how much the strongest word did."""
        return max((abs(each.contribution) for each in self.words), default=0.0)

    def _marked(self) -> Iterator[Word]:
        """Yield the words that did more than next to nothing, no two in the same characters."""
        least, done = LEAST * self._most(), 0
        for word in self.words:
            did = abs(word.contribution)
            if did and did >= least and word.start >= done and word.end > word.start:
                yield word
                done = word.end

    def _pieces(self) -> Iterator[tuple[str, float]]:
        """Yield the whole text in pieces with what each did, 0 for next to nothing."""
        done = 0
        for word in self._marked():
            if word.start > done:
                yield self.text[done : word.start], 0.0
            yield word.text, word.contribution
            done = word.end
        if done < len(self.text):
            yield self.text[done:], 0.0


def _counted(told: tuple[str, float]) -> str:
    word, did = told
    return f"<bdi>{escape(word)}</bdi> {did:+.2f}"
