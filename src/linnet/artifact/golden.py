"""Neutral texts whose scores are saved with a model, so that any machine can check that it agrees.

They come with linnet and say nothing of a user's data. Knows nothing of models.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from linnet.types import Scores

TOLERANCE = 1e-5
"""How far a score may lie from the saved one: float32 sums differ from machine to machine."""

TEXTS: tuple[str, ...] = (
    "",
    "a",
    "3.14 42 1,000,000 2024-02-29",
    "The linnet is a small bird that sings in hedges from April to July.",
    "How do I reverse a list in Python? list.reverse() returns None!",
    "Hamppuvarpunen on pieni lintu, joka laulaa pensaikossa kesäisin.",
    "赤胸朱顶雀是一种小鸟，春天在树篱间歌唱。",
    "ムネアカヒワは小さな鳥で、春に生け垣でさえずる。",
    "طائر الحسون طائر صغير يغرد في الربيع.",
    "🐦🎶 sings 👍🏽 👩‍👩‍👧",
    "<b>C++</b> & C# => x != y; # 100% \t\r\n \u0000 'quoted' \"twice\" [a|b] {c} \\d+ ~/@$^*_`",
    "The small bird sings and then it rests, " * 60,
)


def golden(scores: Scores) -> dict[str, Any]:
    """Return what is saved: the texts and the scores a model gives them.

    Args:
        scores: Shape (texts, labels): the scores of `TEXTS`, in that order.

    Example:
        >>> saved = golden(np.full((len(TEXTS), 1), 0.5, np.float32))
        >>> saved["texts"][0], saved["scores"][0]
        ('', [0.5])
    """
    return {"texts": list(TEXTS), "scores": np.asarray(scores, np.float32).tolist()}


def disagreement(saved: ArrayLike, scores: Scores) -> tuple[int, float]:
    """Return the text whose scores differ most from the saved ones, and by how much.

    Args:
        saved: What `golden` holds under "scores".
        scores: Shape (texts, labels): what the model gives now.

    Example:
        >>> number, difference = disagreement([[0.5], [0.5]], np.float32([[0.5], [0.75]]))
        >>> number, difference
        (1, 0.25)
    """
    differences = np.abs(np.asarray(saved, np.float64) - scores).max(axis=1)
    number = int(differences.argmax())
    return number, float(differences[number])
