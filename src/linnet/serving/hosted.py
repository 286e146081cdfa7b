"""A model behind a name, and its replacement by another while questions are answered.

A folder goes in. What answers is swapped at once and whole; who has asked the old model is
answered by the old model.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from linnet.errors import ArtifactError, LinnetError
from linnet.runtime.classifier import Classifier
from linnet.runtime.observed import warm_up
from linnet.runtime.verify import load_verified, model_identity
from linnet.serving.answering import Answering, explanations
from linnet.serving.batching import Batcher
from linnet.serving.drift import Drift
from linnet.serving.question import Question
from linnet.serving.settings import ServeSettings

LONGEST_PAUSE = 60.0
VERSION_DIGITS = 12

Answers = Batcher[Question, list[str]]
Watch = Callable[[int, float], None]

log = logging.getLogger("linnet.serving")


@dataclass(eq=False)
class Loaded:
    """A saved model at work; all but the runs themselves happens on the event loop.

    Attributes:
        classifier: The model.
        version: The beginning of the SHA-256 of its SHA256SUMS.
        drift: What it was asked.
        answers: Questions that share runs.
        why: Questions that ask for explanations, one at a time beside the others.
        in_use: How many requests it is answering.
        closed: Whether it ends with the last of these.
    """

    classifier: Classifier
    version: str
    drift: Drift
    answers: Answers
    why: Answers
    in_use: int = 0
    closed: bool = False

    @contextmanager
    def used(self) -> Iterator[None]:
        """Keep it at work: a request may have more to ask after another model was taken."""
        self.in_use += 1
        try:
            yield
        finally:
            self.in_use -= 1
            self._end()

    def warm_up(self) -> None:
        """Build what only large questions need, so that none of them waits for it."""
        warm_up(self.classifier)

    def close(self) -> None:
        """Let its threads end when every request that has begun is answered."""
        self.closed = True
        self._end()

    def _end(self) -> None:
        if self.closed and not self.in_use:
            self.answers.close()
            self.why.close()


class Hosted:
    """A folder under a name.

    Attributes:
        name: What stands in its path.
        current: The model that answers.
        refused: Why what stands in the folder now is not taken; None: it is what answers.
        reloads: How often another model was taken.
        refusals: How often one was refused.
    """

    def __init__(
        self, name: str, folder: Path, settings: ServeSettings, *, watch: Watch = lambda *_: None
    ) -> None:
        """Load what stands in the folder; its `warm_up` is left to who starts the server.

        Raises:
            ArtifactError: There is no saved model, or it does not pass `linnet verify`.
        """
        self.name, self._folder, self._settings, self._watch = name, folder, settings, watch
        self.refused: str | None = None
        self.reloads = self.refusals = 0
        self._pause, self._not_before = settings.reload_seconds, 0.0
        self._identity = model_identity(folder)
        self._refused_identity: tuple[Path, str] | None = None
        self.current = self._load(self._identity)

    def look(self) -> Loaded | None:
        """Load what stands in the folder if it is another model; None if it is not, or is broken.

        Only loads: `take` makes it answer.
        """
        found = model_identity(self._folder)
        if found == self._identity:
            self._settle()
            return None
        if found == self._refused_identity and time.monotonic() < self._not_before:
            return None
        try:
            made = self._load(found)
            made.warm_up()
        except Exception as error:
            self._refuse(found, error)
            return None
        self._settle()
        self._identity = found
        return made

    def take(self, loaded: Loaded) -> None:
        """Answer with another model from now on; called where requests are handled."""
        old, self.current = self.current, loaded
        self.reloads += 1
        log.info("another model answers", extra={"model": self.name, "version": loaded.version})
        old.close()

    def _settle(self) -> None:
        self.refused, self._refused_identity = None, None
        self._pause = self._settings.reload_seconds

    def _refuse(self, found: tuple[Path, str] | None, error: Exception) -> None:
        """Keep the old model, and try again later and later: files may still be on their way."""
        if found != self._refused_identity:
            self._pause = self._settings.reload_seconds
        message = str(error) if isinstance(error, LinnetError) else repr(error)
        if message != self.refused:
            log.warning("a model is refused", extra={"model": self.name, "reason": message})
            self.refusals += 1
        self.refused, self._refused_identity = message, found
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)
        self._not_before = time.monotonic() + self._pause

    def _load(self, identity: tuple[Path, str] | None) -> Loaded:
        if identity is None:
            load_verified(self._folder)
            raise ArtifactError(f"{self._folder} holds no SHA256SUMS: fetch the model again")
        path, digest = identity
        settings = self._settings
        classifier = load_verified(path, threads=settings.threads)
        drift = Drift(classifier.labels, classifier.profile)
        why = partial(explanations, classifier)
        return Loaded(
            classifier,
            digest[:VERSION_DIGITS],
            drift,
            Batcher(
                Answering(classifier, drift), most_at_once=settings.batch_texts,
                most_waiting=settings.queue_texts, watch=self._watch,
            ),
            Batcher(why, most_at_once=1, most_waiting=8 * settings.explained_texts),
        )  # fmt: skip
