"""What a recipe is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NO_TUTORIAL = {"calibrate": False}
"""What none of the tutorials does."""


@dataclass(frozen=True)
class Recipe:
    """A tutorial's model, and what linnet would do instead on the same data.

    Attributes:
        name: What the command line calls it.
        title: What is classified by what.
        source: The tutorial: author, title, date.
        data: A name of the data sets.
        columns: Settings that both forms share: which columns mean what.
        faithful: The settings of the tutorial that differ from linnet's defaults.
        best: The settings of linnet's own way that differ from its defaults.
        published: What was measured → the number in the tutorial; a part and a metric of the
            evaluation, "test accuracy".
        weights: Parameters of the tutorial's model at its own vocabulary; None: not published.
        notes: What differs from the tutorial, and why; what the number means.
        measure: Takes the path of the table and the settings so far, and gives settings that
            follow from the rows; None: there are none.
    """

    name: str
    title: str
    source: str
    data: str
    columns: Mapping[str, Any]
    faithful: Mapping[str, Any]
    best: Mapping[str, Any]
    published: Mapping[str, float]
    weights: int | None
    notes: tuple[str, ...]
    measure: Callable[[Path, Mapping[str, Any]], dict[str, Any]] | None = None

    def settings(self, *, best: bool) -> dict[str, Any]:
        """Return the settings of a form.

        Example:
            >>> from linnet.recipes.imdb_mlp import RECIPE
            >>> RECIPE.settings(best=False)["hidden"], "hidden" in RECIPE.settings(best=True)
            ((16, 16), False)
        """
        return {**self.columns, **(self.best if best else NO_TUTORIAL | dict(self.faithful))}
