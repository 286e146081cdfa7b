"""linnet train --from, as a user types it."""

import shutil

import pytest

from linnet.config import read_config


@pytest.fixture
def more(tmp_path, monkeypatch):
    """A table of new rows, in a folder of its own that commands run in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "more.csv"
    lines = [f"goal match r{row},sport\nbread salt r{row},food" for row in range(20)]
    path.write_text("\n".join(["text,label", *lines]) + "\n", encoding="utf-8")
    return path


def test_goes_on_in_a_new_folder(linnet, folder, more, tmp_path):
    shown = linnet("train", "--from", folder, more)
    assert (shown.code, shown.err) == (0, "")
    assert f"going on from {folder}" in shown.out
    assert "epoch  1/2  loss" in shown.out
    assert shown.out.endswith('next: linnet predict run-more "a text"\n')
    assert linnet("verify", tmp_path / "run-more").code == 0
    again = linnet("train", "--from", folder, more)
    assert again.code == 2
    assert "run-more exists already: name another path" in again.err


def test_folder_with_an_odd_name(linnet, folder, more, tmp_path):
    shutil.copytree(folder, tmp_path / "[bold]run")
    shown = linnet("train", "--from", "[bold]run", more)
    assert shown.out.startswith("going on from [bold]run\n")
    assert shown.out.endswith("next: linnet predict '[bold]run-more' \"a text\"\n")
    assert (tmp_path / "[bold]run-more" / "model").is_dir()


def test_folder_is_named_after_the_run_that_one_stands_in(
    linnet, folder, more, tmp_path, monkeypatch
):
    shutil.copytree(folder, tmp_path / "päivä.1")
    monkeypatch.chdir(tmp_path / "päivä.1")
    assert linnet("train", "--from", ".", more).code == 0
    assert (tmp_path / "päivä.1" / "päivä.1-more" / "model").is_dir()


def test_options_win_over_the_saved_run_even_where_they_are_the_default(linnet, posts, tmp_path):
    first, again = tmp_path / "first", tmp_path / "again"
    odd = ("--seed", "5", "--monitor", "val_accuracy", "--no-retrain", "--model", "linear")
    assert linnet("train", posts, *odd, "--epochs", "1", "--out", first).code == 0
    settings = tmp_path / "settings.toml"
    settings.write_text('monitor = "val_loss"\n', "utf-8")
    shown = linnet("train", "--from", first, posts, "--config", settings, "--seed", "0",
                   "--retrain", "--out", again)  # fmt: skip
    assert shown.code == 0
    config = read_config(again / "config.toml")
    assert (config.seed, config.monitor, config.retrain) == (0, "val_loss", True)
    assert (config.model, config.epochs) == ("linear", 1)


def test_labels_and_words_are_added_where_asked(linnet, folder, more, tmp_path):
    more.write_text(more.read_text() + "kala vene,fish\nkala ui,fish\n" * 5, "utf-8")
    shown = linnet("train", "--from", folder, more)
    assert (shown.code, shown.out.count("epoch")) == (2, 0)
    assert "does not know 1 of the labels: 'fish'. Add them with extend_labels" in shown.err
    shown = linnet("train", "--from", folder, more, "--extend-labels", "--extend-vocabulary",
                   "--epochs", "40", "--duplicates", "keep")  # fmt: skip
    assert shown.code == 0
    assert "added behind the 2 saved labels: fish" in shown.out
    assert linnet("predict", "run-more", "kala").out.split()[0] == "fish"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "nothing"), "nothing does not exist"),
        (("--extend-labels",), "extend_labels is for going on from a saved run: give from too"),
    ],
)
def test_mistakes_end_in_one_line(linnet, more, options, message):
    shown = linnet("train", more, *options)
    assert (shown.code, len(shown.err.splitlines())) == (2, 1)
    assert message in shown.err


def test_another_model_is_refused(linnet, folder, more):
    shown = linnet("train", "--from", folder, more, "--model", "lstm")
    assert shown.code == 2
    assert "model is 'lstm', and the saved run" in shown.err
    assert not (more.parent / "run-more").exists()
