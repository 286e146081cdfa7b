"""Label texts with a saved classifier."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import configure
from linnet.errors import ConfigError, DataError
from linnet.files import refuse_existing, refuse_new_file, write_text
from linnet.workflows.load import load, saved_columns
from linnet.workflows.prepare import name_of
from linnet.workflows.read import read

if TYPE_CHECKING:
    import polars as pl

UNLIKE = "I don't know (unlike the training texts)"
UNSURE = "I don't know"


def predict(
    folder: str | Path, texts: Sequence[str], *, k: int = 1
) -> list[list[tuple[str, float]]]:
    """Return the highest labels of each text with their scores.

    Args:
        folder: A run's folder, or the model folder in it.
        texts: The texts; a bare string is refused.
        k: How many labels per text; more than there are means all.

    Example:
        >>> predict("no such folder", [""])
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    return load(folder).top(texts, k=k)


def predict_page(
    folder: str | Path,
    texts: Sequence[str],
    *,
    out: str | Path,
    k: int = 3,
    precision: float | None = None,
) -> Path:
    """Write a web page of texts with their labels and the words that made the highest.

    Args:
        folder: A run's folder, or the model folder in it.
        texts: The texts; a bare string is refused.
        out: The page, one file that needs no network.
        k: How many labels per text.
        precision: As for `predict` of a classifier: the page says where the model does not know.

    Raises:
        OutputError: `out` exists.
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> predict_page("no such folder", [""], out="page.html")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    from linnet.reporting.predicted import predicted_page

    path = Path(out)
    refuse_existing(path)
    classifier = load(folder)
    least = 0.0 if precision is None else classifier.least_score(precision)
    inside = [True] * len(texts) if precision is None else classifier.in_scope(texts)
    answers = [
        {
            "text": why.text,
            "scores": scores[:k],
            "why": why.to_json(),
            "doubt": "" if like and why.score >= least else UNSURE if like else UNLIKE,
        }
        for why, scores, like in zip(
            classifier.explain(texts), classifier.top(texts, k=k), inside, strict=True
        )
    ]
    write_text(path, predicted_page(answers, name=Path(folder).resolve().name))
    return path


def predict_table(
    folder: str | Path,
    table: Any,
    *,
    text: str | Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    delimiter: str | None = None,
    precision: float | None = None,
) -> "pl.DataFrame":
    """Return a table with two more columns: `predicted` and `score`.

    Args:
        folder: A run's folder, or the model folder in it.
        table: A path or a table, as `linnet.read` takes it.
        text: The text column, or several that are joined; None: those of the saved run.
        columns: Names for a file without header.
        delimiter: What separates cells; None: by the file's ending.
        precision: Which share of the answers should be right, 0 to 1; None: answer every text.

    Returns:
        All rows in their order. `predicted` holds the label, for multilabel a list of labels; with
        `precision` null where the model does not know. `score`: the probability of the highest
        label.

    Raises:
        DataError: A column is missing, the table has no rows, or it has a column `predicted` or
            `score`.
        ConfigError: The model cannot promise the precision.

    Example:
        >>> predict_table("no such folder", {"text": [""]})
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    import polars as pl

    from linnet.tables.columns import texts

    names = configure(saved_columns(folder), **({"text": text} if text else {})).text
    classifier = load(folder)
    whole = read(table, columns=columns, delimiter=delimiter)
    taken = {"predicted", "score"} & set(whole.columns)
    if taken:
        raise DataError(f"the table has a column {sorted(taken)[0]!r} already: rename it first")
    asked = texts(whole, list(names), source=name_of(table))
    predicted, scores = classifier.answers(asked, precision=precision)
    kind = pl.List(pl.String) if classifier.task == "multilabel" else pl.String
    return whole.with_columns(
        pl.Series("predicted", predicted, dtype=kind),
        pl.Series("score", scores.max(axis=1), dtype=pl.Float32),
    )


def refuse_table(path: Path) -> None:
    """Refuse a file that no table can be written to, before any work is done for it.

    Raises:
        OutputError: It exists, its ending is unknown, or its folder is missing.

    Example:
        >>> refuse_table(Path("a.xls"))
        Traceback (most recent call last):
        linnet.errors.OutputError: a.xls: tables with the suffix '.xls' cannot be written: ...
    """
    from linnet.tables.write import written_suffix

    refuse_new_file(path)
    written_suffix(path)


def write_table(table: "pl.DataFrame", path: Path, *, for_spreadsheets: bool = False) -> None:
    """Write a table: CSV, TSV, JSON lines or Parquet, by the file's ending.

    Args:
        table: Any table.
        path: Where to.
        for_spreadsheets: Put `'` before cells that a spreadsheet would take for formulas.

    Raises:
        OutputError: The ending is unknown, or the file cannot be written.
        ConfigError: `for_spreadsheets` with a format that has no need of it.

    Example:
        >>> import polars as pl
        >>> write_table(pl.DataFrame({"text": [""]}), Path("a.xls"))
        Traceback (most recent call last):
        linnet.errors.OutputError: a.xls: tables with the suffix '.xls' cannot be written: ...
    """
    from linnet.tables.formulas import without_formulas
    from linnet.tables.read import table_suffix
    from linnet.tables.write import write

    suffix = table_suffix(path)
    if for_spreadsheets and suffix not in {".csv", ".tsv"}:
        raise ConfigError(f"for_spreadsheets is for .csv and .tsv, not for {suffix or path.name!r}")
    write(without_formulas(table) if for_spreadsheets else table, path)


def table_as_csv(table: "pl.DataFrame", *, for_spreadsheets: bool = False) -> bytes:
    """Return a table as CSV in UTF-8; lists are written as JSON.

    Args:
        table: Any table.
        for_spreadsheets: Put `'` before cells that a spreadsheet would take for formulas.

    Example:
        >>> import polars as pl
        >>> table_as_csv(pl.DataFrame({"predicted": [["a", "ä"], []]})).decode().split()
        ['predicted', '"[""a"",""ä""]"', '[]']
    """
    from linnet.tables.formulas import without_formulas
    from linnet.tables.write import to_csv

    return to_csv(without_formulas(table) if for_spreadsheets else table)
