import re
from pathlib import Path

import pytest

from linnet.artifact.manifest import RULES, check_manifest
from linnet.errors import ArtifactError

PATH = Path("so/manifest.json")


def test_a_right_one_passes(contents):
    check_manifest(contents.manifest, PATH)
    check_manifest({**contents.manifest, "more": 1}, PATH)


@pytest.mark.parametrize("key", ["format", *RULES])
def test_every_key_is_needed(contents, key):
    manifest = {name: value for name, value in contents.manifest.items() if name != key}
    with pytest.raises(ArtifactError, match=rf"so/manifest\.json: {key} (is missing|must be)"):
        check_manifest(manifest, PATH)


SIZES = {"num_ids": 2, "length": 1, "outputs": 2}
WRONG = [
    ("format", "1"), ("format", True), ("format", 0), ("format", 1.0), ("linnet", 1),
    ("task", "regression"), ("task", []), ("labels", []), ("labels", "ab"), ("labels", ["a", 1]),
    ("labels", ["a", "a"]), ("thresholds", [0.5, "0.5"]), ("thresholds", 0.5),
    ("thresholds", [0.5, True]), ("thresholds", [0.5, float("inf")]), ("calibration", 1),
    ("text", None), ("layers", {}), ("layers", ["dense"]), ("keras", "{}"),
    ("sizes", [1, 2, 3]), ("sizes", SIZES | {"length": 0}), ("sizes", SIZES | {"length": True}),
    ("sizes", {"num_ids": 2, "length": 1}), ("loss", None), ("num_weights", -1),
    ("best_epoch", 1.5), ("epochs", None), ("rows", {"train": 1}), ("fingerprint", "0" * 63),
    ("fingerprint", "G" * 64), ("fingerprint", 0), ("seed", None), ("versions", []),
    ("versions", {"numpy": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), WRONG, ids=str)
def test_wrong_values_are_refused_with_the_value(contents, key, value):
    shown = re.escape(repr(value)[:20])
    with pytest.raises(ArtifactError, match=rf"^so/manifest\.json: {key} must be .*, not {shown}"):
        check_manifest({**contents.manifest, key: value}, PATH)


def test_a_long_value_is_cut(contents):
    with pytest.raises(ArtifactError, match=r"not '9{56}\.\.\.$"):
        check_manifest({**contents.manifest, "seed": "9" * 1000}, PATH)


@pytest.mark.parametrize("value", [None, [], "", 1])
def test_only_an_object_is_a_manifest(value):
    with pytest.raises(ArtifactError, match="must be an object"):
        check_manifest(value, PATH)


TOGETHER = [
    ({"task": "binary", "labels": ["a", "b", "c"]}, "a binary task has 2 labels, not 3"),
    ({"labels": ["a", "b", "c"]}, "2 outputs do not fit 3 labels"),
    ({"sizes": SIZES | {"outputs": 1}}, "1 outputs do not fit 2 labels"),
    ({"thresholds": [0.5]}, "1 thresholds do not fit 2 labels"),
    ({"keras": {}}, "either layers or keras must be there"),
    ({"layers": None}, "either layers or keras must be there"),
]


@pytest.mark.parametrize(("changes", "message"), TOGETHER)
def test_what_contradicts_itself_is_refused(contents, changes, message):
    with pytest.raises(ArtifactError, match=message):
        check_manifest({**contents.manifest, **changes}, PATH)


def test_one_output_is_enough_for_binary(contents):
    sizes = SIZES | {"outputs": 1}
    check_manifest({**contents.manifest, "task": "binary", "sizes": sizes}, PATH)


def test_a_newer_format_names_the_linnet_that_reads_it():
    message = "is in format 7, this linnet reads 2: install linnet 3.2 or newer"
    with pytest.raises(ArtifactError, match=message):
        check_manifest({"format": 7, "linnet": "3.2"}, PATH)
