"""What an exploration returns."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import MissingExtraError
from linnet.files import write_bytes, write_json

if TYPE_CHECKING:
    from linnet.exploration.explore import Exploration


@dataclass(frozen=True)
class Explored:
    """What is in a table, as data and as a page; a notebook shows the page.

    Attributes:
        found: What was found. Its attributes, rows, class_counts, findings, ..., are attributes
            of this value too.
        name: What the table is called.
    """

    found: "Exploration"
    name: str

    def __getattr__(self, attribute: str) -> Any:
        # While a copy is made there is nothing yet to ask.
        if attribute == "found":
            raise AttributeError(attribute)
        return getattr(self.found, attribute)

    @property
    def page(self) -> str:
        """The page as HTML.

        Raises:
            MissingExtraError: jinja2 is not installed.
        """
        from linnet.reporting.explore_page import explore_page

        return explore_page(self.found.to_json(), name=self.name)

    def write(self, folder: Path) -> None:
        """Write `explore.json` and `explore.html` into a folder."""
        write_json(folder / "explore.json", self.found.to_json())
        # A lone half of a surrogate pair, as broken texts hold it, becomes "?".
        write_bytes(folder / "explore.html", self.page.encode("utf-8", "replace"))

    def __repr__(self) -> str:
        found = self.found
        return (
            f"<Explored {self.name!r}: {found.rows:,} rows, {found.task}, "
            f"{len(found.class_counts):,} labels, {len(found.findings)} findings>"
        )

    def _repr_html_(self) -> str | None:
        """Show the page in a notebook, if jinja2 is there to make it."""
        from linnet.reporting.explore_page import framed

        try:
            return framed(self.page)
        except MissingExtraError:
            return None
