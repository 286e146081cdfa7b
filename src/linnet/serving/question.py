"""What callers ask, checked by hand: bytes go in, a `Question` or a `Row` comes out.

Everything that could fail later is refused here, so that one caller's text cannot spoil the run
that it shares with others. Knows nothing of models but the labels that are handed in.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from linnet.errors import json_kind
from linnet.registry import nearest
from linnet.serving.problem import Problem, shortened
from linnet.serving.settings import ServeSettings

MOST_LABELS = 10_000
DEFAULT_LABELS = 3
CHARACTERS_PER_COST = 1000


@dataclass(frozen=True)
class Question:
    """What is asked of a model.

    Attributes:
        texts: At least one.
        k: How many labels with their scores are told for each text.
        threshold: Labels that score less are not given; None: as the model decides.
        explain: Whether the words that made the label are told.
    """

    texts: tuple[str, ...]
    k: int = DEFAULT_LABELS
    threshold: float | None = None
    explain: bool = False

    @property
    def cost(self) -> int:
        """How many places it takes in a queue: one per text, long texts several."""
        return len(self.texts) + sum(map(len, self.texts)) // CHARACTERS_PER_COST


@dataclass(frozen=True)
class Row:
    """A text with the label, for multilabel the labels, that a person gives it."""

    text: str
    label: str | tuple[str, ...]


def read_question(body: bytes, settings: ServeSettings) -> Question:
    """Read the body of a request for labels.

    Raises:
        Problem: It is not JSON (400), or not a question within the limits (422).
    """
    said = _object(body, {"texts", "k", "threshold", "explain"}, needed="texts")
    texts = said["texts"]
    if not isinstance(texts, list):
        hint = ", even for a single text" if isinstance(texts, str) else ""
        raise Problem(422, f"texts is {json_kind(texts)}, expected a list of strings{hint}")
    explain = said.get("explain", False)
    if not isinstance(explain, bool):
        raise Problem(422, f"explain is {json_kind(explain)}, expected true or false")
    most = settings.explained_texts if explain else settings.texts_per_request
    if not 1 <= len(texts) <= most:
        why = " where they are explained" if explain else ""
        raise Problem(422, f"texts has {len(texts):,} texts, expected 1 to {most:,}{why}")
    for number, each in enumerate(texts):
        _check_text(each, f"text {number}", settings.characters_per_text)
    return Question(tuple(texts), _k(said), _threshold(said), explain)


def read_row(
    body: bytes, settings: ServeSettings, *, labels: Collection[str], several: bool
) -> Row:
    """Read the body of a request that brings a labelled text.

    Args:
        body: What was sent.
        settings: Say how long a text may be.
        labels: What the model knows.
        several: Whether a text has a list of labels.

    Raises:
        Problem: It is not JSON (400), or not a text with known labels (422).
    """
    key = "labels" if several else "label"
    said = _object(body, {"text", key}, needed="text")
    _check_text(said["text"], "text", settings.characters_per_text)
    if not said["text"].strip():
        raise Problem(422, "text is blank: nothing can be learned from it")
    if key not in said:
        raise Problem(422, f"{key} is missing: give the right one beside text")
    given = said[key]
    if not several:
        _check_label(given, labels)
        return Row(said["text"], given)
    if not isinstance(given, list):
        raise Problem(422, f"labels is {json_kind(given)}, expected a list of labels")
    for each in given[: len(labels) + 1]:  # more than that holds one twice
        _check_label(each, labels)
    if len(given) > len(labels) or len(set(given)) < len(given):
        raise Problem(422, "labels names a label twice: leave one out")
    return Row(said["text"], tuple(given))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_decode: Callable[[str], Any] = json.JSONDecoder(parse_constant=_refuse).decode


def _object(body: bytes, known: Collection[str], *, needed: str) -> Mapping[str, Any]:
    """Read a JSON object with no unknown keys."""
    try:
        said = _decode(body.decode())
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8: {error.reason} at byte {error.start}") from None
    except RecursionError:
        raise Problem(400, "the body is nested too deeply to be read") from None
    except ValueError as error:  # also a number of more digits than Python reads
        raise Problem(400, f"the body is not JSON: {error}") from None
    if not isinstance(said, dict):
        raise Problem(
            422, f'the body is {json_kind(said)}, expected an object such as {{"{needed}": …}}'
        )
    for key in said:
        if key not in known:
            near = nearest(key[:100], known)
            hint = f"did you mean {near}? " if near else ""
            expected = ", ".join(sorted(known))
            raise Problem(422, f"unknown key {shortened(key)}: {hint}Known: {expected}")
    if needed not in said:
        raise Problem(422, f"{needed} is missing")
    return said


def _check_text(text: Any, name: str, most: int) -> None:
    if not isinstance(text, str):
        raise Problem(422, f"{name} is {json_kind(text)}, expected a string")
    if len(text) > most:
        raise Problem(
            422, f"{name} has {len(text):,} characters, at most {most:,} are read: cut it"
        )
    if "\0" in text:
        raise Problem(422, f"{name} holds a NUL character: is it UTF-16, or no text at all?")
    if not text.isascii():
        _check_unicode(text, name)


def _check_unicode(text: str, name: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Problem(
            422, f"{name} is not valid Unicode at character {error.start}: half of a surrogate pair"
        ) from None


def _check_label(label: Any, labels: Collection[str]) -> None:
    if not isinstance(label, str):
        raise Problem(422, f"a label is {json_kind(label)}, expected a string")
    if label not in labels:
        near = nearest(label[:100], labels)
        hint = f": did you mean {shortened(near)}?" if near else ": GET labels has the known ones"
        raise Problem(422, f"the model has no label {shortened(label)}{hint}")


def _k(said: Mapping[str, Any]) -> int:
    k = said.get("k", DEFAULT_LABELS)
    if isinstance(k, float) and k.is_integer():  # JSON makes no difference between 3 and 3.0
        k = int(k)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MOST_LABELS:
        short = isinstance(k, int | float) and abs(k) < 1e15
        what = json.dumps(k) if short else json_kind(k)
        raise Problem(422, f"k is {what}, expected a whole number, 1 to {MOST_LABELS:,}")
    return k


def _threshold(said: Mapping[str, Any]) -> float | None:
    if "threshold" not in said:
        return None
    threshold = said["threshold"]
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    if not number or not 0 < threshold <= 1:
        what = threshold if number and abs(threshold) < 1e15 else json_kind(threshold)
        raise Problem(422, f"threshold is {what}, expected a number above 0, at most 1")
    return float(threshold)
