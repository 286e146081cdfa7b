"""The command line called in process, tables to call it on, and one trained run."""

import sys

import pytest

WORDS = {"food": ["bread", "keitto", "salt", "apple"], "sport": ["goal", "match", "maali", "ball"]}
FAST = ("--epochs", "2", "--patience", "1", "--embedding-size", "4", "--model", "fasttext")


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


@pytest.fixture(scope="session")
def folder(posts, tmp_path_factory):
    """A run that the library wrote."""
    from linnet.workflows.train import train

    out = tmp_path_factory.mktemp("runs") / "run"
    train(posts, out=str(out), epochs=2, embedding_size=4, model="fasttext")
    return out


@pytest.fixture(scope="session")
def interruptible():
    """The command as a process that heeds SIGINT, also where who runs the tests ignores it."""
    code = """if True:
        import runpy, signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        runpy.run_module("linnet", run_name="__main__", alter_sys=True)
    """
    return sys.executable, "-c", code


@pytest.fixture(scope="session")
def fast():
    """Options that train in no time."""
    return FAST
