"""Which name a model has in its paths."""

from pathlib import Path

import pytest

from linnet.errors import ConfigError
from linnet.serving.names import named


def test_names_are_those_of_the_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=1").mkdir()
    found = named(["so", "runs/news/model", "b=x/y=z", Path("c"), "."])
    assert found == {
        "so": Path("so"), "news": Path("runs/news/model"), "b": Path("x/y=z"), "c": Path("c"),
        tmp_path.name: Path(),
    }  # fmt: skip
    assert named(["/model"]) == {"model": Path("/model")}, "as it is mounted in a container"
    assert named(["b=a=1"]) == {"b": Path("a=1")}
    with pytest.raises(ConfigError, match="'a=1' cannot stand in a path: name the model, NAME=a=1"):
        named(["a=1"])


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "ä", "a/b", "a b", "a" * 101])
def test_names_that_fit_no_path(name):
    with pytest.raises(ConfigError, match="cannot stand in a path"):
        named([f"{name}=x"])


def test_none_and_twice():
    with pytest.raises(ConfigError, match="no folder was given"):
        named([])
    with pytest.raises(ConfigError, match="two models are named a: name one of them, NAME=x/a"):
        named(["a", "x/a"])
