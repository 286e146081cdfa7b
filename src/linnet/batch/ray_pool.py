"""Score the parts of a job over a Ray cluster, with Ray Data.

Goes in: a job. Comes out: its parts, in the same folder and of the same bytes as from one process.
Rows never travel: a worker reads its piece of the input and writes its part by itself, so the
inputs, the model and the folder must have one path on all machines. Parts are tasks, not the work
of actors: the task of a machine that dies is done by another one, while the tasks of an actor
wait until it can be started again, which on a smaller cluster may be never.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from linnet import errors
from linnet.batch.job import Job, identity
from linnet.batch.score import score_part
from linnet.registry import require
from linnet.runtime.classifier import Classifier, load


def over_ray(job: Job, numbers: Sequence[int], *, address: str | None) -> Iterator[int]:
    """Score parts over a cluster.

    Args:
        job: The parts.
        numbers: Those to score.
        address: The cluster's; None: the one that this process is connected to, that of
            $RAY_ADDRESS, or else one of this machine alone, which ends with the call.

    Yields:
        The rows of each part that is there, as soon as it is.

    Raises:
        MissingExtraError: Ray is not installed.
        LinnetError: What scoring a part raised, wherever that was.

    Example:
        >>> list(over_ray(None, [], address=None))
        []
    """
    if not numbers:
        return
    ray = require("ray", extra="ray")
    data = require("ray.data", extra="ray")
    with _connected(ray, address):
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        asked = data.from_items(
            [{"number": each} for each in numbers], override_num_blocks=len(numbers)
        )
        for row in asked.map(partial(_scored, job)).iter_rows():
            if row["problem"]:
                raise getattr(errors, row["kind"])(row["problem"])
            yield row["rows"]


@contextmanager
def _connected(ray: Any, address: str | None) -> Iterator[None]:
    """Connect to a cluster, unless this process is connected already."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    if ray.is_initialized():
        yield
        return
    chosen = address or os.environ.get("RAY_ADDRESS")
    how = {"address": chosen} if chosen else {"address": "local", "include_dashboard": False}
    try:
        ray.init(**how, logging_level=logging.WARNING, log_to_driver=False)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise errors.ConfigError(
            f"cannot connect to a Ray cluster at {chosen!r}: {error}; `ray status` tells whether "
            "one runs"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _scored(job: Job, row: dict[str, Any]) -> dict[str, Any]:
    """Score a part in a worker; a mistake that a user can mend goes back as words."""
    try:
        classifier = _loaded(str(job.asked.model), job.asked.model_sum)
        rows = score_part(job, row["number"], classifier=classifier)
    except errors.LinnetError as error:
        return {"rows": 0, "problem": str(error), "kind": type(error).__name__}
    return {"rows": rows, "problem": "", "kind": ""}


@lru_cache(maxsize=1)
def _loaded(folder: str, expected: str) -> Classifier:
    """Load the model once per process."""
    from pathlib import Path

    path, found = identity(Path(folder))
    if found != expected:
        raise errors.ArtifactError(f"{path} is another model on this machine: copy it anew")
    return load(path, threads=1)
