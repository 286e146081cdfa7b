"""A run that is run again: the same bytes, or what differs first; and what cannot be run again."""

import json
import re
import shutil

import polars as pl
import pytest

import linnet
from linnet.artifact.layout import SUMS, sums_from_text, sums_to_text
from linnet.artifact.tensors import read, to_bytes
from linnet.errors import ArtifactError, ConfigError, DataError
from linnet.files import sha256
from linnet.workflows.differences import differences

WORDS = {"good": "fine great hyvä 好", "bad": "awful poor paha", "so": "fair plain mean"}
QUICK = {
    "model": "fasttext", "epochs": 2, "embedding_size": 4, "baseline": False,
    "near_duplicates": "ignore", "duplicates": "keep",
}  # fmt: skip


def rows(num=60):
    labels = [[*WORDS][row % 3] for row in range(num)]
    texts = [f"{WORDS[each].split()[row // 3 % 3]} n{row // 7}" for row, each in enumerate(labels)]
    return pl.DataFrame(
        {"text": texts, "label": labels, "weight": [1 + row % 2 for row in range(num)]}
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in, with a table and another one."""
    monkeypatch.chdir(tmp_path)
    rows().write_csv("rows.csv")
    rows(30).with_columns(pl.col("text") + " more").write_csv("more.csv")
    return tmp_path


def trained(table="rows.csv", **settings):
    return linnet.train(table, **{**QUICK, "out": "so", **settings})


def whats(found):
    return [each.what for each in found.differences]


def put(folder, name, content):
    """Change a file of a saved model, and its sum."""
    model = folder / "model"
    (model / name).write_bytes(content)
    sums = sums_from_text((model / SUMS).read_text(), model)
    (model / SUMS).write_text(sums_to_text({**sums, name: sha256(model / name)}))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"test": "more.csv", "weight": "weight"},
        {"duplicates": "first", "seed": 7, "rows_per_label": 12},
        {"members": 2, "model": "mlp", "hidden": "4", "embedding_size": None},
    ],
    ids=lambda settings: ",".join(settings) or "defaults",
)
def test_the_same_again(here, settings, monkeypatch):
    trained(**settings)
    (here / "elsewhere").mkdir()
    for folder in (here, here / "elsewhere"):
        monkeypatch.chdir(folder)
        found = linnet.reproduce(here / "so" / "model", out="again")
        assert found.identical and found.equal, found.differences
        assert found.to_json()["first"] is None
        assert (folder / "again" / "model" / SUMS).read_bytes() == (
            here / "so/model" / SUMS
        ).read_bytes()


def test_a_run_that_goes_on_from_another(here):
    trained(out="first")
    trained("more.csv", from_="first", extend_vocabulary=True)
    assert linnet.reproduce("so").identical
    assert linnet.reproduce(linnet.reproduce("so", out="again").path).identical
    shutil.rmtree("first")
    with pytest.raises(ArtifactError, match="first does not exist"):
        linnet.reproduce("so")


def test_a_run_with_parts_of_another(here):
    trained(out="first")
    trained(previous="first", seed=3)
    assert linnet.reproduce("so").identical


def test_the_best_of_a_comparison(here):
    linnet.compare(
        "rows.csv", out="c", models=["fasttext"], folds=2, minutes=1, epochs=1,
        near_duplicates="ignore", duplicates="keep", baseline=False,
    )  # fmt: skip
    with pytest.raises(ConfigError, match="c is a comparison: name the run of its best, c/best"):
        linnet.reproduce("c")
    assert linnet.reproduce("c/best").identical


def test_a_recipe(here):
    from linnet.recipes.run import recipe

    parts = pl.Series("split", ["train", "train", "test"] * 20)
    labels = pl.Series("label", [row % 2 for row in range(60)])
    pl.DataFrame([rows()["text"], labels, parts]).write_parquet("imdb.parquet")
    recipe("imdb-mlp", "imdb.parquet", out="so", epochs=1, first_validation=None)
    assert linnet.reproduce("so").identical


def test_a_table_in_memory_is_given_again(here):
    trained(rows())
    with pytest.raises(ConfigError, match=r"so does not say which table .* \(--data FILE\)"):
        linnet.reproduce("so")
    assert linnet.reproduce("so", rows()).identical


def test_a_temporary_run(here):
    assert linnet.reproduce(trained(out=None).path).identical


def test_a_run_that_keeps_no_note_of_how_it_was_begun(here):
    """What its settings came to is enough, with its table."""
    trained()
    (here / "so" / "begun.json").unlink()
    assert linnet.reproduce("so", "rows.csv").identical
    assert linnet.reproduce("so", rows(57)).differences[0].message.startswith("3 rows are gone")
    trained("more.csv", from_="so", out="on")
    (here / "on" / "begun.json").unlink()
    with pytest.raises(ConfigError, match="on goes on from another run, and does not say from"):
        linnet.reproduce("on", "more.csv")


def test_a_table_that_has_moved(here):
    trained()
    (here / "rows.csv").rename(here / "moved.csv")
    with pytest.raises(DataError, match=r"rows\.csv, the table of so, is not there: .*--data"):
        linnet.reproduce("so")
    assert linnet.reproduce("so", "moved.csv").identical


def test_a_folder_that_was_moved_with_its_table(here, monkeypatch):
    (here / "a").mkdir()
    monkeypatch.chdir(here / "a")
    rows().write_csv("rows.csv")
    trained()
    monkeypatch.chdir(here)
    (here / "a").rename(here / "b")
    monkeypatch.chdir(here / "b")
    assert linnet.reproduce("so").identical


CHANGED = {
    "text": (pl.col("text").replace("fine n0", "fein n0"), "1 rows hold another text"),
    "label": (pl.col("label").reverse(), "labels, weights or the order"),
    "weight": (pl.col("weight") + 1, "labels, weights or the order of rows are others"),
}


@pytest.mark.parametrize("column", CHANGED)
def test_other_rows(here, column):
    change, message = CHANGED[column]
    trained(weight="weight", stratify="none")
    found = linnet.reproduce("so", rows().with_columns(change))
    assert found.differences[0].what == "rows" and not found.equal
    assert re.search(message, found.differences[0].message)
    assert whats(found)[-1] == "model files"


def test_rows_that_came_and_went(here):
    trained()
    found = linnet.reproduce("so", rows(57))
    assert found.differences[0].message.startswith("3 rows are gone")
    assert "rows are for another part" in found.differences[0].message


def test_rows_of_a_stream(here):
    streamed = {"stream": True, "model": "fasttext", "epochs": 2, "embedding_size": 4}
    linnet.train("rows.csv", **streamed, test_fraction=0, validation_fraction=0, out="so")
    copy = linnet.reproduce("so", [here / "rows.csv"])
    assert copy.identical, copy.differences
    changed = rows().with_columns(label=pl.col("label").replace({"so": "bad", "bad": "so"}))
    changed.write_csv("rows.csv")
    found = linnet.reproduce("so")
    assert "rows" in whats(found)
    assert not found.equal


def test_a_label_that_is_new(here):
    trained()
    found = linnet.reproduce("so", rows().with_columns(pl.col("label").replace("so", "ähä")))
    assert "gone: 'so'; new: 'ähä'" in [each.message for each in found.differences]


def test_another_version_is_named_first(here):
    trained()
    begun = json.loads((here / "so" / "begun.json").read_text())
    begun["versions"]["numpy"] = "1.0.0"
    (here / "so" / "begun.json").write_text(json.dumps(begun))
    manifest = json.loads((here / "so/model/manifest.json").read_text())
    manifest["versions"]["numpy"] = "1.0.0"
    put(here / "so", "manifest.json", json.dumps(manifest).encode())
    said = []
    found = linnet.reproduce("so", say=said.append)
    assert whats(found) == ["versions", "model files"]
    assert found.differences[0].message.startswith("numpy 1.0.0 → ")
    assert said[0].startswith("numpy 1.0.0 → ")
    assert found.equal and not found.identical


def test_what_settings_came_to_is_compared_too(here):
    trained()
    config = here / "so" / "config.toml"
    config.write_text(config.read_text().replace("batch_size = ", "batch_size = 1"))
    [found, *_] = linnet.reproduce("so").differences
    assert found.what == "choices"
    assert re.fullmatch(r"batch_size 1(\d+) → \1", found.message)


def test_a_file_of_vectors_that_changed(here):
    (here / "v.txt").write_text("fine 1 0 0 0\npoor 0 1 0 0\n")
    trained(vectors="v.txt", tokenizer="words")
    assert linnet.reproduce("so").identical
    (here / "v.txt").write_text("fine 1 0 0 0\npoor 0 1 0 1\n")
    found = linnet.reproduce("so")
    assert whats(found)[:2] == ["files", "weights"]
    assert "vectors" in found.differences[0].message


def nudge(folder, by):
    """Let all weights and golden scores be a little different from what training came to."""
    weights = read(folder / "model" / "weights.safetensors")
    moved = {name: each + each.dtype.type(by) for name, each in weights.items()}
    put(folder, "weights.safetensors", to_bytes(moved))
    golden = json.loads((folder / "model" / "golden.json").read_text())
    golden["scores"] = [[score + by for score in row] for row in golden["scores"]]
    put(folder, "golden.json", json.dumps(golden).encode())


@pytest.mark.parametrize(("by", "tolerance", "equal"), [
    (1e-6, None, True), (1e-6, 0, False), (1e-3, None, False), (1e-3, 0.01, True),
])  # fmt: skip
def test_small_differences_are_equal_within_a_tolerance(here, by, tolerance, equal):
    trained()
    nudge(here / "so", by)
    found = linnet.reproduce("so", tolerance=tolerance)
    assert whats(found) == ["weights", "scores", "model files"]
    assert (found.identical, found.equal) == (False, equal)
    for each in found.differences[:2]:
        assert each.largest == pytest.approx(by, rel=0.1)


def test_a_worse_metric_is_not_equal(here):
    trained()
    evaluation = json.loads((here / "so/model/evaluation.json").read_text())
    evaluation["test"]["accuracy"] -= 0.25
    put(here / "so", "evaluation.json", json.dumps(evaluation).encode())
    found = linnet.reproduce("so")
    assert whats(found) == ["metrics", "model files"]
    assert found.differences[0].largest == pytest.approx(0.25)
    assert not found.equal


def test_what_differs_between_any_two_runs(here):
    one = trained(out="one", max_ids=10, tokenizer="words")
    other = trained(out="other", max_ids=12, tokenizer="words")
    messages = {each.what: each.message for each in differences(one.path, other.path)}
    assert messages["settings"] == "max_ids 10 → 12"
    assert messages["vocabulary"].startswith("10 → 12 ids; ")
    assert "bag_0.kernel has another shape: (10, 4) → (12, 4)" in messages["weights"]


def test_what_cannot_be_run_again(here):
    with pytest.raises(ConfigError, match="there is no folder nowhere: name the folder of a run"):
        linnet.reproduce("nowhere")
    with pytest.raises(ConfigError, match="tolerance must be at least 0, not -1"):
        linnet.reproduce("nowhere", tolerance=-1)
    (here / "empty").mkdir()
    with pytest.raises(ConfigError, match=r"empty holds no run: config\.toml and model/"):
        linnet.reproduce("empty")
    trained()
    linnet.compress("so", "small")
    with pytest.raises(ConfigError, match="small is a model without its run, such as a compressed"):
        linnet.reproduce("small")
    (here / "so" / "begun.json").write_text("{")
    with pytest.raises(ArtifactError, match=r"begun\.json is damaged .*name the table of the run"):
        linnet.reproduce("so")
    (here / "so/model/history.csv").write_text("")
    (here / "so" / "begun.json").unlink()
    with pytest.raises(ArtifactError, match=r"history\.csv is empty"):
        linnet.reproduce("so", "rows.csv")


def test_an_interrupted_run_goes_on_first(here):
    def stop(progress):
        if progress.ended:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(report=stop)
    with pytest.raises(
        ConfigError, match="so holds a training that was interrupted: `linnet train"
    ):
        linnet.reproduce("so")
    linnet.train(resume="so")
    assert linnet.reproduce("so").identical
