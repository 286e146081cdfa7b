"""The command line called in process, tables to call it on, and one trained run."""

import io
from dataclasses import dataclass

import pytest

from linnet.cli.main import main

WORDS = {"food": ["bread", "keitto", "salt", "apple"], "sport": ["goal", "match", "maali", "ball"]}
FAST = ("--epochs", "2", "--patience", "1", "--embedding-size", "4", "--model", "fasttext")


@dataclass
class Ended:
    """What a command ended with."""

    code: int
    out: str
    err: str


def lines(num_rows=40):
    labels = list(WORDS)
    for row in range(num_rows):
        label = labels[row % 2]
        words = WORDS[label][row % 4], WORDS[label][row // 4 % 4]
        yield f"{' '.join(words)} n{row},{label}"


@pytest.fixture(scope="session")
def posts(tmp_path_factory):
    """A CSV file with the columns text and label."""
    path = tmp_path_factory.mktemp("tables") / "posts.csv"
    path.write_text("\n".join(["text,label", *lines()]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def linnet(monkeypatch, capsys):
    """Call `linnet ...`; returns exit code, stdout and stderr."""

    def call(*arguments, stdin=b""):
        monkeypatch.setattr("sys.argv", ["linnet", *map(str, arguments)])
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Ended(ended.value.code or 0, shown.out, shown.err)

    return call


@pytest.fixture(scope="session")
def folder(posts, tmp_path_factory):
    """A run that the library wrote."""
    from linnet.workflows.train import train

    out = tmp_path_factory.mktemp("runs") / "run"
    train(posts, out=str(out), epochs=2, embedding_size=4, model="fasttext")
    return out


@pytest.fixture(scope="session")
def fast():
    """Options that train in no time."""
    return FAST
