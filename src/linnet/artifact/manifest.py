"""What manifest.json must say, checked key by key; keys that are not known here are left alone.

Knows the shape of each value, not what texts or models make of it.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from linnet.artifact.layout import COMPRESSED
from linnet.errors import ArtifactError
from linnet.types import TASKS

METHODS = ("temperature", "per_label")
MOST_IDS = 2**31 - 1
LONGEST_TEXT = 10_000_000
"""Ids of a text, for models that need a length: each text takes as much memory."""
SCOPE = ("expected", "word_variance", "text_variance", "most_mean", "most_deviation")


def _count(value: Any, least: int = 0, most: float = math.inf) -> bool:
    return type(value) is int and least <= value <= most


def is_number(value: Any, most: float = 1e12) -> bool:
    """Say whether a value of JSON is a number that can be computed with.

    Example:
        >>> is_number(-0.5), is_number(True), is_number(10**400), is_number("1")
        (True, False, False, False)
    """
    return type(value) in (int, float) and -most <= value <= most


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _counts(*names: str, least: int, most: float = math.inf) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict) and all(_count(value.get(name), least, most) for name in names)
    )


def _or_null(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def _layers(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and isinstance(each.get("layer"), str)
        and isinstance(each.get("activation", ""), str)
        for each in value
    )


def _origin(value: Any) -> bool:
    """Say whether this is what is kept of the model that training went on from."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("fingerprint"), str)
        and _counts("train", least=0)(value.get("rows"))
    )


def _a(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "linnet": (_a(str), "the version of linnet that wrote it"),
    "task": (lambda value: value in TASKS, f"one of {', '.join(TASKS)}"),
    "labels": (
        lambda value: _strings(value) and 0 < len(value) == len(set(value)),
        "a list of different labels",
    ),
    "thresholds": (
        _or_null(lambda value: isinstance(value, list) and all(map(is_number, value))),
        "null or a list of numbers",
    ),
    "calibration": (
        _or_null(lambda value: isinstance(value, dict) and value.get("method") in METHODS),
        f"null or an object whose method is {' or '.join(METHODS)} (of others a newer linnet "
        "knows)",
    ),
    "text": (_a(dict), "an object: the settings of the vectoriser"),
    "layers": (
        _or_null(_layers),
        "null or a list of objects, each of a layer",
    ),
    "keras": (_or_null(_a(dict)), "null or an object: the configuration of a keras.Model"),
    "sizes": (
        lambda value: (
            _counts("num_ids", "outputs", least=1, most=MOST_IDS)(value)
            and _count(value.get("length"), 1, LONGEST_TEXT)
        ),
        f"an object with num_ids, length (at most {LONGEST_TEXT}) and outputs, integers from 1",
    ),
    "loss": (_a(str), "the name of a loss"),
    "num_weights": (_count, "an integer from 0"),
    "best_epoch": (_or_null(_count), "null or an integer from 0"),
    "epochs": (_count, "an integer from 0"),
    "rows": (
        _counts("train", "validation", "test", least=0),
        "an object with train, validation and test, integers from 0",
    ),
    "fingerprint": (
        lambda value: (
            isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")
        ),
        "64 hexadecimal digits",
    ),
    "seed": (_count, "an integer from 0"),
    "versions": (
        lambda value: isinstance(value, dict) and _strings(list(value.values())),
        "an object of versions",
    ),
}


OPTIONAL: dict[str, tuple[Callable[[Any], bool], str]] = {
    "abstention": (
        lambda value: (
            isinstance(value, list)
            and all(isinstance(each, list) and len(each) == 2 for each in value)
            and all(is_number(number) for each in value for number in each)
        ),
        "a list of pairs: a precision, and the score from which on it is reached",
    ),
    "scope": (
        _or_null(
            lambda value: (
                isinstance(value, dict) and all(is_number(value.get(name)) for name in SCOPE)
            )
        ),
        f"null or an object of the numbers {', '.join(SCOPE)}",
    ),
    "from": (_origin, "an object: fingerprint and rows of the model that training went on from"),
}
"""Keys that came later: older models lack them."""


def check_manifest(manifest: Any, path: Path) -> None:
    """Refuse a manifest that lacks a key, has a wrong value or is from a newer linnet.

    Args:
        manifest: What the JSON says.
        path: Where it stands, for the message.

    Raises:
        ArtifactError: With the key, the value and what was expected.

    Example:
        >>> check_manifest({"format": 3, "linnet": "9.0"}, Path("m.json"))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: m.json: the model is in format 3, this linnet reads 2: \
install linnet 9.0 or newer
    """
    if not isinstance(manifest, Mapping):
        raise ArtifactError(f"{path}: must be an object, not {type(manifest).__name__}")
    _check_format(manifest, path)
    for key, (_, expected) in RULES.items():
        if key not in manifest:
            raise ArtifactError(f"{path}: {key} is missing: it must be {expected}")
    for key, (holds, expected) in (RULES | OPTIONAL).items():
        if key in manifest and not holds(manifest[key]):
            raise ArtifactError(f"{path}: {key} must be {expected}, not {_short(manifest[key])}")
    _check_together(manifest, path)


def _check_format(manifest: Mapping[str, Any], path: Path) -> None:
    written = manifest.get("format")
    if type(written) is not int or written < 1:
        raise ArtifactError(f"{path}: format must be an integer from 1, not {_short(written)}")
    if written > COMPRESSED:
        raise ArtifactError(
            f"{path}: the model is in format {written}, this linnet reads {COMPRESSED}: "
            f"install linnet {str(manifest.get('linnet', written))[:20]} or newer"
        )


def _check_together(manifest: Mapping[str, Any], path: Path) -> None:
    """Check what no key can say alone."""
    task, labels, outputs = manifest["task"], manifest["labels"], manifest["sizes"]["outputs"]
    thresholds = manifest["thresholds"]
    wrong = None
    if task == "binary" and len(labels) != 2:
        wrong = f"a binary task has 2 labels, not {len(labels)}"
    elif outputs != len(labels) and not (task == "binary" and outputs == 1):
        wrong = f"{outputs} outputs do not fit {len(labels)} labels"
    elif thresholds is not None and len(thresholds) != len(labels):
        wrong = f"{len(thresholds)} thresholds do not fit {len(labels)} labels"
    elif (manifest["layers"] is None) == (manifest["keras"] is None):
        wrong = "either layers or keras must be there, and the other null"
    if wrong:
        raise ArtifactError(f"{path}: {wrong}")


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
