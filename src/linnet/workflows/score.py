"""Score files of any size."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import ConfigError
from linnet.workflows.load import load, saved_columns

if TYPE_CHECKING:
    from linnet.batch.score import Progress, Scored


def score(
    folder: str | Path,
    inputs: str | Path | Sequence[str | Path],
    *,
    out: str | Path,
    resume: bool = False,
    ray: bool | str = False,
    report: "Callable[[Progress], None]" = lambda progress: None,
    **settings: Any,
) -> "Scored":
    """Write the rows of files with their labels and scores, part by part; see docs/scoring.md.

    Args:
        folder: A run's folder, or the model folder in it.
        inputs: A file or several, as `linnet.read` takes them; all with the same columns.
        out: The folder for the parts and `score.json`; it must not exist.
        resume: Go on where an earlier call was ended, with the same inputs, model and settings;
            where there was none, begin.
        ray: True or the address of a cluster: work over Ray.
        report: Is called with how far it is.
        settings: Settings by name: text, keep, precision, k, scores, format, ... as in
            `linnet.batch.settings.ScoreSettings`.

    Returns:
        The folder, its rows and parts, and how many rows this call scored in how many seconds.

    Raises:
        DataError: An input is missing, empty, broken, or without a column.
        ConfigError: A setting is unknown or does not fit.
        OutputError: The folder is taken, was begun with something else, or cannot be written.
        MissingExtraError: The extra `ray` is not installed.

    Example:
        >>> score("no such folder", "päivä.csv", out="scored")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
        >>> score("so", [], out="scored")
        Traceback (most recent call last):
        linnet.errors.ConfigError: no input was given: name at least one file
    """
    from linnet.batch.job import Asked, identity
    from linnet.batch.manifest import refuse_taken
    from linnet.batch.ray_pool import over_ray
    from linnet.batch.score import on_this_machine, score_files
    from linnet.batch.settings import settings_from

    chosen = settings_from(settings)
    files = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    if not files:
        raise ConfigError("no input was given: name at least one file")
    target = Path(out).absolute()
    if not resume:
        refuse_taken(target)
    classifier = load(folder, threads=1)
    if chosen.precision is not None:
        classifier.least_score(chosen.precision)
    asked = Asked(
        *identity(classifier.path),
        classifier.labels,
        tuple(Path(each).absolute() for each in files),
        tuple(chosen.text or saved_columns(folder).text),
        chosen,
    )
    if ray:
        runner = partial(over_ray, address=ray if isinstance(ray, str) else None)
    else:
        runner = partial(on_this_machine, classifier=classifier, threads=chosen.threads)
    return score_files(asked, target, resume=resume, runner=runner, report=report)


def parts_of(folder: Path) -> tuple[int, int]:
    """Return how many parts are there in a folder of scores, and how many there will be.

    Raises:
        OutputError: `score.json` is damaged.

    Example:
        >>> parts_of(Path("no such folder"))
        (0, 0)
    """
    from linnet.batch.manifest import MANIFEST, read_saved

    if not (folder / MANIFEST).is_file():
        return 0, 0
    saved = read_saved(folder)
    return len(saved.parts) - len(saved.missing(folder)), len(saved.parts)
