"""What a search for wrong labels returns."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import MissingExtraError
from linnet.files import refuse_existing, refuse_new_file, write_bytes
from linnet.types import Note, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

LONGEST_TEXT = 2_000
MOST_SHOWN = 200


def refuse_page(path: Path) -> None:
    """Refuse a file that no page can be written to, before any work is done for it.

    Raises:
        OutputError: It exists, or its folder is missing.
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> refuse_page(Path("no such folder/a.html"))
        Traceback (most recent call last):
        linnet.errors.OutputError: cannot write no such folder/a.html: there is no folder no such...
    """
    from linnet.reporting.page import require_templates

    refuse_new_file(path)
    require_templates()


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Labels that are probably wrong, as a table and as a page; a notebook shows the page.

    Attributes:
        table: All rows that were judged, the most suspicious first. `row` (of the table that was
            given, from 0), `text`, `label`, `suggested` (what the models answer; for several
            labels per text both are lists), `quality` (the score of the label, 0 to 1; of several
            labels the lowest score of a right answer), `suggested_quality` (the same of what is
            suggested), `suspected` (the label is probably wrong).
        task: Binary, multiclass or multilabel.
        labels: In class order.
        name: What the table that was given is called.
        model: The architecture that scored the rows.
        notes: What was left out, and what could not be judged.
    """

    table: "pl.DataFrame"
    task: Task
    labels: tuple[str, ...]
    name: str
    model: str
    notes: tuple[Note, ...] = ()

    @property
    def num_suspected(self) -> int:
        """How many labels are probably wrong."""
        return int(self.table["suspected"].sum())

    @property
    def noise(self) -> float:
        """The estimated share of wrong labels."""
        return self.num_suspected / len(self.table)

    @property
    def counts(self) -> "dict[str, dict[str, int]]":
        """Label → its `rows`, how many of these look `wrong`, and how many others look like it."""
        suspected = self.table.filter("suspected")
        given = [_set(each) for each in suspected["label"]]
        suggested = [_set(each) for each in suspected["suggested"]]
        pairs = list(zip(given, suggested, strict=True))
        rows = Counter(name for each in self.table["label"] for name in _set(each))
        wrong = Counter(name for old, new in pairs for name in old - new)
        missing = Counter(name for old, new in pairs for name in new - old)
        return {
            name: {"rows": rows[name], "wrong": wrong[name], "missing": missing[name]}
            for name in self.labels
        }

    def write(self, path: str | Path) -> None:
        """Write the table: CSV, TSV, JSON lines or Parquet, by the file's ending.

        Raises:
            OutputError: The file exists or cannot be written, or its ending is unknown.
        """
        from linnet.tables.write import write

        refuse_existing(Path(path))
        write(self.table, path)

    def queue(self, path: str | Path, *, tool: str, most: int | None = None) -> int:
        """Write the suspected rows for an annotation tool, and return how many.

        Args:
            path: The file; must not exist.
            tool: label-studio, doccano or argilla.
            most: At most so many rows, the most suspicious ones; None: all that are suspected.
        """
        from linnet.tables.annotation.tools import write_queue

        chosen = self.table.filter("suspected").head(len(self.table) if most is None else most)
        write_queue(
            chosen.rename({"suggested_quality": "score"}), Path(path), tool=tool, labels=self.labels
        )
        return len(chosen)

    @property
    def page(self) -> str:
        """The page as HTML.

        Raises:
            MissingExtraError: jinja2 is not installed.
        """
        from linnet.reporting.label_errors_page import label_errors_page

        return label_errors_page(self.to_json(), name=self.name)

    def write_page(self, path: str | Path) -> None:
        """Write the page into a file that must not exist."""
        refuse_existing(Path(path))
        # A lone half of a surrogate pair, as broken texts hold it, becomes "?".
        write_bytes(Path(path), self.page.encode("utf-8", "replace"))

    def to_json(self) -> dict[str, Any]:
        """Return what the page shows as plain data: counts and the first rows."""
        shown = self.table.filter("suspected").head(MOST_SHOWN)
        return {
            "task": self.task,
            "model": self.model,
            "rows": len(self.table),
            "num_suspected": self.num_suspected,
            "counts": self.counts,
            "suspected": [_shown(row) for row in shown.iter_rows(named=True)],
            "notes": [note.message for note in self.notes],
        }

    def __repr__(self) -> str:
        return (
            f"<LabelErrors {self.name!r}: {self.num_suspected:,} of {len(self.table):,} labels "
            "suspected>"
        )

    def _repr_html_(self) -> str | None:
        """Show the page in a notebook, if jinja2 is there to make it."""
        from linnet.reporting.explore_page import framed

        try:
            return framed(self.page)
        except MissingExtraError:
            return None


def _set(labels: Any) -> set[str]:
    """Return the labels of a row, one or several, as a set."""
    return {labels} if isinstance(labels, str) else set(labels)


def _shown(row: "Mapping[str, Any]") -> dict[str, Any]:
    """Return a row for the page: its text cut, its labels as lists."""
    from linnet.workflows.answers import cut

    labels = {name: sorted(_set(row[name])) for name in ("label", "suggested")}
    return {**row, **labels, "text": cut(row["text"], LONGEST_TEXT)}
