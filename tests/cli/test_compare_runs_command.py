"""linnet compare RUN RUN --on FILE: what is printed, and the exit code."""

import json

import polars as pl
import pytest

COMMAND = "compare"


@pytest.fixture(scope="module")
def swapped(posts, tmp_path_factory):
    """A run that has learned the labels the wrong way round."""
    from linnet.workflows.train import train

    table = pl.read_csv(posts).with_columns(
        label=pl.col("label").replace({"food": "sport", "sport": "food"})
    )
    out = tmp_path_factory.mktemp("runs") / "swapped"
    train(table, out=str(out), epochs=30, embedding_size=8, model="fasttext", learning_rate=0.05)
    return out


@pytest.fixture(scope="module")
def good(posts, tmp_path_factory):
    from linnet.workflows.train import train

    out = tmp_path_factory.mktemp("runs") / "good"
    train(posts, out=str(out), epochs=30, embedding_size=8, model="fasttext", learning_rate=0.05)
    return out


@pytest.fixture(scope="module")
def more(posts, tmp_path_factory):
    """Rows of the same kind, with a text that looks like markup."""
    path = tmp_path_factory.mktemp("tables") / "more.csv"
    table = pl.read_csv(posts).with_columns(pl.col("text") + pl.lit(" [bold]more"))
    table.write_csv(path)
    return path


def test_worse_ends_in_1_and_says_why(linnet, good, swapped, more):
    shown = linnet(COMMAND, good, swapped, "--on", more)
    assert (shown.code, shown.err) == (1, "")
    assert f"{good} against {swapped} on {more} (40 rows;" in shown.out
    assert "40 texts got worse:\n" in shown.out
    assert "0 texts got better\n" in shown.out
    assert " to sport, is food: " in shown.out
    assert "[bold]more" in shown.out
    assert "accuracy: worse (McNemar's test, mid-p: p <0.001)" in shown.out
    assert shown.out.endswith("not accepted: it is proved worse\n")


def test_better_ends_in_0(linnet, good, swapped, more):
    shown = linnet(COMMAND, swapped, good, "--on", more, "--require", "better")
    assert (shown.code, shown.err) == (0, "")
    assert "accuracy: better" in shown.out
    assert "not accepted" not in shown.out


def test_the_same_is_not_worse_and_not_better(linnet, good, more):
    assert linnet(COMMAND, good, good, "--on", more).code == 0
    shown = linnet(COMMAND, good, good, "--on", more, "--require", "better")
    assert (shown.code, shown.out.splitlines()[-1]) == (1, "not accepted: it is not proved better")
    shown = linnet(COMMAND, good, good, "--on", more, "--margin", "0.5")
    last = "not accepted: it is not proved to lose less than 0.5 points"
    assert (shown.code, shown.out.splitlines()[-1]) == (1, last)
    assert linnet(COMMAND, good, good, "--on", more, "--margin", "20").code == 0


def test_json_is_all_there_is(linnet, good, swapped, more):
    shown = linnet(COMMAND, good, swapped, "--on", more, "--json")
    found = json.loads(shown.out)
    assert (shown.code, found["accepted"], found["verdict"]) == (1, False, "worse")
    assert found["rows"] == 40


def test_texts_are_written_and_nothing_is_overwritten(linnet, good, swapped, more, tmp_path):
    out = tmp_path / "texts.csv"
    shown = linnet(COMMAND, good, swapped, "--on", more, "--out", out)
    assert (shown.code, shown.out.splitlines()[-1]) == (1, f"40 rows written to {out}")
    texts = pl.read_csv(out)
    assert texts.columns == [
        "row", "text", "label", "before", "after", "score_before", "score_after", "change",
    ]  # fmt: skip
    again = linnet(COMMAND, good, swapped, "--on", more, "--out", out)
    assert (again.code, again.out) == (2, "")
    assert "exists" in again.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--require", "beter"], "error: unknown requirement 'beter': did you mean 'better'?"),
        (["--require", "better", "--margin", "1"], "error: require better, or give a margin"),
        (["--text", "post"], "unknown column 'post'"),
    ],
)
def test_mistakes_are_one_line_and_2(linnet, good, more, options, message):
    shown = linnet(COMMAND, good, good, "--on", more, *options)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err
    assert shown.err.count("\n") == 1
