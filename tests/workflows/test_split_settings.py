"""The settings of a split on a table: group, time, near_duplicates, previous; and what is said."""

import json

import polars as pl
import pytest

import linnet
from linnet.config import configure
from linnet.errors import ConfigError, DataError
from linnet.workflows.prepare import prepare
from linnet.workflows.split import parted

TOPICS = ["ships", "cats", "trees", "bread", "clouds", "trains", "songs", "roads", "wool", "ink"]


def table(num_texts=60, copies=3):
    """Texts of ten words; each again with another last word."""
    rows = []
    for number in range(num_texts):
        words = [f"{TOPICS[(number * 7 + place) % 10]}{number}" for place in range(10)]
        for copy in range(copies):
            rows.append((" ".join([*words, f"end{copy}"]), "xy"[number % 2], number // 4, number))
    return pl.DataFrame(rows, schema=["text", "label", "story", "day"], orient="row")


def parts(source, **settings):
    return linnet.split(source, **settings)["part"].to_list()


def parts_of(values, said):
    """Value -> the parts that its rows are in."""
    found = {}
    for value, part in zip(values, said, strict=True):
        found.setdefault(value, set()).add(part)
    return found


def crossing(source, **settings):
    notes = parted(source, **settings).notes
    return [note for note in notes if note.what == "crossing"]


def test_near_duplicates_stay_together_where_test_rows_are_drawn():
    source = table()
    together = parts_of(source["day"], parts(source))
    assert all(len(each) == 1 for each in together.values())
    assert {part for each in together.values() for part in each} == {"train", "validation", "test"}
    apart = parts_of(source["day"], parts(source, near_duplicates="ignore"))
    assert any(len(each) > 1 for each in apart.values())


def test_the_proof_counts_before_and_after():
    (note,) = crossing(table())
    assert note.count == 0
    assert note.message.startswith("0 of 36 validation and test rows have a near-duplicate in an")
    before = int(note.message.split("; at random ")[1].split()[0])
    assert before > 20
    assert crossing(table(), near_duplicates="ignore") == []
    assert crossing(table(copies=1)) == []


@pytest.mark.parametrize("settings", [{"duplicates": "keep"}, {"split": "part"}, {"test": "file"}])
def test_auto_finds_none_where_rows_are_given_or_copies_kept(settings, tmp_path, monkeypatch):
    source = table().with_columns(
        part=pl.when(pl.int_range(pl.len()) % 9 == 0)
        .then(pl.lit("test"))
        .otherwise(pl.lit("train"))
    )
    if "test" in settings:
        source.head(20).write_csv(tmp_path / "test.csv")
        settings = {"test": str(tmp_path / "test.csv")}

    def fail(*args, **kwargs):
        raise AssertionError("near-duplicates were looked for")

    monkeypatch.setattr("linnet.splitting.near_duplicates.near_duplicates", fail)
    made, _ = prepare(source, configure(**settings))
    assert made.near is None


def test_together_holds_for_validation_rows_of_a_given_split():
    source = table().with_columns(
        part=pl.when(pl.col("day") % 5 == 0).then(pl.lit("test")).otherwise(pl.lit("train"))
    )
    said = parts(source, split="part", near_duplicates="together", validation_fraction=0.2)
    assert all(len(each) == 1 for each in parts_of(source["day"], said).values())
    assert said.count("validation") == 30
    assert [part == "test" for part in said] == [part == "test" for part in source["part"]]


def test_rows_of_a_group_stay_together_and_a_group_that_is_missing_is_none():
    source = table()
    said = parts(source, group="story", near_duplicates="ignore")
    assert all(len(each) == 1 for each in parts_of(source["story"], said).values())
    missing = source.with_columns(story=pl.lit(None, pl.Int64))
    assert parts(missing, group="story", near_duplicates="ignore") == parts(
        source, near_duplicates="ignore"
    )


def test_groups_and_near_duplicates_together():
    source = table().with_columns(odd=pl.int_range(pl.len()) % 3 * 1000 + pl.col("day") // 10)
    said = parts(source, group="odd", test_fraction=0.3)
    for name in ("odd", "day"):
        assert all(len(each) == 1 for each in parts_of(source[name], said).values())


def test_the_latest_rows_are_for_test():
    source = table().sample(fraction=1, shuffle=True, seed=1)
    rows = source.with_columns(part=pl.Series(parts(source, time="day")))
    days = {part: (each["day"].min(), each["day"].max()) for (part,), each in rows.group_by("part")}
    assert days["train"][1] < days["validation"][0]
    assert days["validation"][1] < days["test"][0]
    assert days["test"] == (54, 59)


def test_rows_without_time_are_noted():
    source = table().with_columns(day=pl.when(pl.col("day") > 3).then(pl.col("day")))
    notes = {note.what: note for note in parted(source, time="day").notes}
    assert notes["no time"].count == 12
    assert notes["no time"].message == "12 rows are for training: no time in column 'day'"


@pytest.mark.parametrize("setting", ["group", "time"])
def test_unknown_columns_are_named(setting):
    with pytest.raises(DataError, match="unknown column 'dya'"):
        parts(table(), **{setting: "dya"})


def test_old_rows_keep_their_parts_and_new_ones_make_up_the_shares(tmp_path):
    source = table(copies=1)
    old, new = source.head(30), source.tail(30)
    before = linnet.split(old, test_fraction=0.2)
    before.write_parquet(tmp_path / "old.parquet")
    for joined in (pl.concat([old, new]), pl.concat([new, old])):
        found = parted(joined, test_fraction=0.2, previous=str(tmp_path / "old.parquet"))
        now = dict(zip(joined["text"], found.table["part"], strict=True))
        was = dict(zip(old["text"], before["part"], strict=True))
        assert {text: now[text] for text in was} == was
        assert found.rows == {"train": 42, "validation": 6, "test": 12}
        assert [note.message for note in found.notes] == [
            "all 30 rows known before keep their parts"
        ]


def test_a_row_that_joins_two_groups_moves_one_and_says_so(tmp_path):
    words = [f"w{number}" for number in range(60)]
    ends = [" ".join(words[start : start + 30]) for start in (0, 8)]
    others = table(copies=1)["text"].to_list()
    old = {"text": [*ends, *others], "label": ["x", "y"] * 31}
    split = linnet.split(old).with_columns(
        part=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("test"))
        .when(pl.int_range(pl.len()) == 1).then(pl.lit("train")).otherwise(pl.col("part"))
    )  # fmt: skip
    split.write_parquet(tmp_path / "split.parquet")
    new = {"text": [" ".join(words[4:34]), *old["text"]], "label": ["x", *old["label"]]}
    found = parted(new, previous=tmp_path / "split.parquet")
    assert found.table["part"].to_list()[:3] == ["test"] * 3
    moved = [note for note in found.notes if note.what == "moved"]
    assert [(note.count, note.rows.tolist()) for note in moved] == [(1, [2])]


def test_a_previous_that_is_not_there():
    with pytest.raises(ConfigError, match="previous: nowhere is not there: name the folder of a"):
        parts(table(), previous="nowhere")


def test_a_run_keeps_the_proof_and_can_be_the_previous_one(tmp_path):
    source = table()
    run = linnet.train(source, epochs=1, out=tmp_path / "run")
    told = json.loads((run.path / "run.json").read_text("utf-8"))
    assert "crossing" in [note["what"] for note in told["notes"]]
    explored = json.loads((run.path / "explore.json").read_text("utf-8"))
    assert "near_duplicates" in [each["check"] for each in explored["findings"]]
    kept = pl.read_parquet(run.path / "split.parquet")
    again = linnet.split(source, previous=run.path)
    assert again.equals(kept)


def test_explore_finds_near_duplicates():
    found = {each.check: each for each in linnet.explore(table()).findings}
    assert found["near_duplicates"].count == 180
    assert "the largest group of 60 holds 3" in found["near_duplicates"].message


def test_a_split_written_as_csv_can_be_the_previous_one(tmp_path):
    source = table()
    linnet.split(source).write_csv(tmp_path / "old.csv")
    found = parted(source, previous=str(tmp_path / "old.csv"))
    assert any("rows known before keep their parts" in note.message for note in found.notes)


@pytest.mark.parametrize("other", [{"split": "part"}, {"test": "t.csv"}, {"first_validation": 5}])
def test_previous_and_what_says_otherwise_are_refused(other):
    with pytest.raises(ConfigError, match=f"give previous or {next(iter(other))}, not both"):
        parts(table(), previous="old.parquet", **other)


def test_texts_of_one_template_are_split_all_the_same():
    source = {"text": [f"invoice {i} from us to you, due in a month" for i in range(60)],
              "label": ["x", "y"] * 30}  # fmt: skip
    found = parted(source)
    assert "all 60 texts are nearly the same" in " ".join(note.message for note in found.notes)
    assert all(found.rows.values())


def test_a_previous_split_of_another_table_is_refused(tmp_path):
    linnet.split(table()).write_parquet(tmp_path / "old.parquet")
    other = {"text": ["a b", "c d", "e f", "g h"] * 3, "label": ["x", "y"] * 6}
    with pytest.raises(DataError, match=r"none of the 12 rows .*: is it of another table"):
        parts(other, previous=str(tmp_path / "old.parquet"))
