"""Every recipe, both forms, on small tables of the same form."""

import json
import os
import re
import signal
from dataclasses import replace

import pytest

import linnet
from linnet.config import configure
from linnet.errors import ConfigError, DataError
from linnet.models.measured import Measured
from linnet.recipes.run import RECIPES, known, recipe, resolved, shown, table_in
from linnet.recipes.table import as_markdown, line_of
from linnet.training.settings import complete


@pytest.mark.parametrize("best", [False, True])
@pytest.mark.parametrize("name", RECIPES)
def test_recipe_runs(run_of, name, best):
    run = run_of(name, best)
    told = json.loads((run.path / "run.json").read_text("utf-8"))["recipe"]
    wanted = resolved(name)
    assert (told["name"], told["form"]) == (name, "best" if best else "faithful")
    assert told["source"] == wanted.source
    for what, published, ours, interval, majority, linear in told["rows"]:
        assert isinstance(ours, int | float), what
        if what in ("test accuracy", "test micro_f1"):
            assert interval[0] <= ours <= interval[1]
            assert 0 <= majority <= 1 and 0 <= linear <= 1
        assert published == (wanted.weights if what == "parameters" else wanted.published.get(what))
    page = (run.path / "report.html").read_text("utf-8")
    assert "<h1" in page
    assert wanted.title in page


@pytest.mark.parametrize("best", [False, True])
@pytest.mark.parametrize("name", RECIPES)
def test_settings_are_settings(name, best):
    wanted = resolved(name)
    assert wanted.name == name
    assert configure(**wanted.settings(best=best)).text


@pytest.mark.parametrize("name", RECIPES)
def test_a_tutorials_form_leaves_nothing_to_the_rows(name):
    """What linnet would measure, and with it most new defaults, changes no published model."""
    config = configure(**resolved(name).settings(best=False))
    chosen = [
        complete(replace(config, max_ids=config.max_ids or 99), found)
        for found in (
            Measured("multiclass", 100, 3),
            Measured("multiclass", 10**6, 5_000, unseen=1.0),
            Measured("multiclass", 1, 40, unseen=1.0, ideographs=1.0),
        )
    ]
    assert chosen[0] == chosen[1] == chosen[2]


def test_rows_of_the_news(run_of):
    run = run_of("news-lstm", False)
    assert run.classifier.labels == ("entertainment", "business", "science/tech", "health")
    assert run.evaluation["test"]["rows"] == 50


def test_as_many_ids_as_different_words(data, run_of):
    """Duplicate titles and a set of labels that stands alone are dropped before."""
    run = run_of("arxiv-mlp", False)
    parts = linnet.read(run.path / "split.parquet")
    table = linnet.read(data / "arxiv.parquet")
    words = set()
    for row in parts.filter(parts["part"] == "train")["row"]:
        words |= set(table["summaries"][row].lower().split())
    assert run.config.max_ids == len(words)
    assert "astro-ph" not in run.classifier.labels
    dropped = linnet.read(run.path / "dropped.parquet")
    assert dropped["row"].to_list() == [1, 3, 120]


def test_published_numbers_stand_beside_ours(run_of):
    run = run_of("imdb-lstm", False)
    rows = {row.what: (row.published, row.here) for row in shown(resolved("imdb-lstm"), run)}
    assert rows["test accuracy"] == (0.8663, run.evaluation["test"]["accuracy"])
    assert rows["last epoch's loss"] == (0.2687, run.history[-1]["loss"])
    line = line_of(resolved("imdb-lstm"), run, best=False)
    assert (line.published, line.published_weights) == (0.8663, 213_301)
    assert re.search(r"\| imdb-lstm \| faithful \| accuracy \| 0\.8663 \|", as_markdown([line]))


def test_a_file_or_a_folder(data, tmp_path):
    assert table_in(data, "reuters") == data / "reuters46.parquet"
    assert table_in(data / "imdb.parquet", "reuters") == data / "imdb.parquet"
    with pytest.raises(DataError, match=r"arxiv\.parquet is not there: name the table of the data"):
        table_in(tmp_path, "arxiv")


def test_unknown_recipe():
    with pytest.raises(ConfigError, match="unknown recipe 'imbd-mlp': did you mean 'imdb-mlp'"):
        recipe("imbd-mlp", "x")


def test_names_are_listed_in_order():
    assert [each.name for each in known()] == list(RECIPES)


def test_command_lists_and_refuses(linnet):
    listed = linnet("recipe")
    assert listed.code == 0
    assert all(name in listed.out for name in RECIPES)
    assert "name a folder to write with --out" in linnet("recipe", "imdb-mlp").err
    assert "give either a recipe" in linnet("recipe", "imdb-mlp", "--all").err


def test_what_was_interrupted_goes_on(linnet, data, tmp_path, monkeypatch):
    """Between its training and its page, then at the end, then with other settings."""
    typed = ["recipe", "imdb-mlp", "--best", "--data", str(data), "--out", "run"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["linnet", *typed])

    def stop(*given, **named):
        os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr("linnet.report", stop)
        ended = linnet(*typed)
    again = "`linnet recipe --resume imdb-mlp --best --data"
    assert ended.code == 143
    assert ended.err.startswith(f"terminated: what was reached is kept in run/, {again}")
    assert "recipe" not in json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    ended = linnet(*typed, "--resume")
    assert (ended.code, ended.err) == (0, "")
    assert "epoch  1/" not in ended.out
    assert "0.8788" in (tmp_path / "run" / "report.html").read_text("utf-8")
    typed.remove("--best")
    ended = linnet(*typed, "--resume")
    assert ended.code == 2
    assert "resume: duplicates of the training in run is 'auto', not 'keep'" in ended.err


def test_command_runs(linnet, data, tmp_path):
    out = tmp_path / "run"
    shown = linnet("recipe", "imdb-mlp", "--best", "--data", str(data), "--out", str(out))
    assert (shown.code, shown.err) == (0, "")
    assert re.search(r"test accuracy +0\.8788 +\d\.\d{4}", shown.out)
    assert (out / "report.html").is_file()
