"""What a saved model costs whoever uses it: bytes on disk, milliseconds for one text."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier

NUM_TIMED = 50


def num_bytes(folder: Path) -> int:
    """Count the bytes of all files of a saved model.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "ä").write_bytes(b"12")
        ...     num_bytes(Path(folder))
        2
    """
    return sum(each.stat().st_size for each in folder.iterdir() if each.is_file())


def milliseconds(models: "Sequence[Classifier]", texts: Sequence[str]) -> list[float]:
    """Return the median time for one text, at most 50 of them, all models in turns.

    Args:
        models: At least one.
        texts: At least one; the first is answered once more before, because that reads files.

    Example:
        >>> from types import SimpleNamespace
        >>> model = SimpleNamespace(predict_proba=lambda texts: None)
        >>> [each >= 0 for each in milliseconds([model, model], ["", "ä"])]
        [True, True]
    """
    spent: list[list[float]] = [[] for _ in models]
    for text in [*texts[:1], *texts[:NUM_TIMED]]:
        for model, times in zip(models, spent, strict=True):
            started = time.perf_counter()
            model.predict_proba([text])
            times.append(1000 * (time.perf_counter() - started))
    return [statistics.median(times[1:]) for times in spent]
