"""Which rows of a table a saved model was trained on, told by their texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import DataError
from linnet.workflows.run import SPLIT

if TYPE_CHECKING:
    import polars as pl

    from linnet.runtime.classifier import Classifier


def unseen(
    models: "Sequence[Classifier]", texts: "Sequence[pl.Series]", *, keep_seen: bool = False
) -> tuple[Any, list[str], int]:
    """Return the rows that no model was trained on.

    Args:
        models: Saved models; of one without its run's folder nothing is known.
        texts: The texts of a table's rows, as each model reads them.
        keep_seen: Return all rows; the notes still say how many were seen.

    Returns:
        The positions of the rows, what there is to say about them, and how many were seen.

    Raises:
        DataError: All rows were seen.

    Example:
        >>> import polars as pl
        >>> rows, notes, num_seen = unseen([], [pl.Series(["a", "ä"])])
        >>> rows.tolist(), notes, num_seen
        ([0, 1], [], 0)
    """
    import numpy as np

    from linnet.splitting.table import hashes_of

    seen, notes = np.zeros(len(texts[0]), bool), []
    for each, read in zip(models, texts, strict=False):
        trained = trained_on(each.path)
        if trained is None:
            notes.append(f"which rows {each.path} was trained on is not known: no {SPLIT} says it")
            continue
        own = hashes_of(read).is_in(trained.implode()).to_numpy()
        seen |= own
        if own.any():
            notes.append(
                f"{own.sum():,} of {own.size:,} rows hold texts that {each.path} was trained on"
                + (": what it scores on them proves nothing" if keep_seen else ": left out")
            )
    if seen.all() and not keep_seen:
        raise DataError(
            f"all {seen.size:,} rows hold texts that one of the models was trained on: rows that "
            "both have never seen were expected; keep_seen keeps them, and proves nothing"
        )
    rows = np.arange(seen.size) if keep_seen else np.flatnonzero(~seen)
    return rows, notes, int(seen.sum())


def trained_on(path: Path) -> "pl.Series | None":
    """Return the hashes of the texts that a model was trained on or chosen by.

    Args:
        path: Its folder. In the folder of the run, `split.parquet` says it.

    Returns:
        None: not known.

    Example:
        >>> trained_on(Path("no such folder")) is None
        True
    """
    import polars as pl

    from linnet.splitting.table import HASH, read_table
    from linnet.tables.parquet import reading

    file = path.absolute().parent / SPLIT
    if not file.is_file():
        return None
    with reading(file):
        split = read_table(pl.read_parquet(file, glob=False, hive_partitioning=False))
    if HASH not in split.columns:
        return None
    return split.filter(pl.col("part").is_in(["train", "validation"]))[HASH].unique()
