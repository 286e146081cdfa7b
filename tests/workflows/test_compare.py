"""Comparisons of whole tables: what is measured, what is kept, and going on after a kill."""

import json
import shutil
from contextlib import contextmanager
from functools import partial

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ArtifactError, ConfigError, OutputError
from linnet.workflows import compare as workflow
from linnet.workflows import racing, trials
from linnet.workflows.contest import Contest
from linnet.workflows.racing import ground_of, rounds_of
from linnet.workflows.run import Run

WORDS = {"a": "red green blue", "b": "cat dog cow", "c": "one two three"}
QUICK = {"epochs": 2, "near_duplicates": "ignore"}


def table(num_rows=90):
    """Three labels, told by their words, of which every seventh row has another's."""
    rows = []
    for number in range(num_rows):
        label = "abc"[number % 3]
        words = WORDS["abc"[(number + (number % 7 == 0)) % 3]].split()
        rows.append((f"{words[number % 3]} {words[(number // 3) % 3]} n{number}", label))
    return pl.DataFrame(rows, schema=["text", "label"], orient="row")


def rare(num_rows):
    """Texts of one word out of many, so that more rows tell more of them."""
    numbers = [(number * 7919) % 361 for number in range(num_rows)]
    return pl.DataFrame(
        {
            "text": [f"word{each}" for each in numbers],
            "label": ["abc"[each % 3] for each in numbers],
        }
    )


def compare(out, source=None, **settings):
    chosen = {"models": ["fasttext", "linear ngrams=2"], "folds": 2, **QUICK, **settings}
    return linnet.compare(table() if source is None else source, out=out, **chosen)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return compare(tmp_path_factory.mktemp("whole") / "c")


def test_baselines_stand_in_it_and_the_best_is_a_run(found):
    names = [line["candidate"] for line in found.lines]
    assert {"majority", "TF-IDF + logistic regression", "fasttext", "linear ngrams=2"} == set(names)
    assert names[-1] == "majority"
    winner = next(name for name in names if name in ("fasttext", "linear ngrams=2"))
    assert found.lines[-1]["score"] == pytest.approx(1 / 3, abs=0.05)
    assert found.best.config.model == winner.split()[0]
    assert found.best.evaluation["test"]["rows"] == 9
    assert found.lines[0]["rows"] == 81, "no test row is measured in the rounds"
    assert found.lines[0]["megabytes"] > 0 < found.lines[0]["milliseconds"]


def test_its_folder_holds_the_leaderboard(found):
    written = pl.read_csv(found.path / "leaderboard.csv")
    assert written["candidate"].to_list() == [line["candidate"] for line in found.lines]
    assert {"score", "low", "high", "spread", "difference", "seconds"} <= set(written.columns)
    told = json.loads((found.path / "leaderboard.json").read_text("utf-8"))
    assert told["lines"] == found.lines
    assert linnet.load(found.path / "best").predict(["red blue"]) == ["a"]
    with pytest.raises(ArtifactError, match=r"c is a comparison: name the run of its best, .*best"):
        linnet.load(found.path)
    with pytest.raises(OutputError, match="exists"):
        compare(found.path)
    with pytest.raises(OutputError, match="is complete: name another out"):
        compare(found.path, resume=True)


def test_a_comparison_goes_on_without_training_again_what_is_done(tmp_path, found):
    said = []

    def kill(line):
        said.append(line)
        if len(said) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(tmp_path / "c", resume=True, say=kill)  # where there is none, it begins
    more = []
    again = compare(tmp_path / "c", resume=True, say=more.append)
    assert len([line for line in more if line.startswith("round")]) == 3
    assert scores(again) == scores(found)


@pytest.fixture
def watching(monkeypatch):
    """Until the block ends somebody is told of every epoch of the winner, and may end it."""

    @contextmanager
    def call(tell):
        train = workflow.train
        with monkeypatch.context() as patch:
            patch.setattr(workflow, "train", partial(train, report=tell))
            yield

    return call


def scores(comparison):
    return {line["candidate"]: line["score"] for line in comparison.lines}


def weights(run):
    return (run.path / "model" / "weights.safetensors").read_bytes()


@pytest.fixture
def stopped(tmp_path, watching):
    """A comparison that was ended in the second epoch of its winner."""

    def end(progress):
        if progress.row["epoch"] == 2:
            raise KeyboardInterrupt

    with watching(end), pytest.raises(KeyboardInterrupt):
        compare(tmp_path / "c")
    return tmp_path / "c"


def test_the_training_of_the_winner_goes_on_too(stopped, found, watching):
    epochs, said = [], []

    def note(progress):
        if not progress.before:
            epochs.append(progress.row["epoch"])

    with watching(note):
        again = compare(stopped, resume=True, say=said.append)
    assert epochs[0] == 2, "the first is not trained again"
    assert not [line for line in said if line.startswith("round")]
    assert scores(again) == scores(found)
    assert weights(again.best) == weights(found.best)


def test_the_begun_training_of_another_winner_is_left(stopped, found):
    begun = stopped / "best" / "resume" / "begun.json"
    content = json.loads(begun.read_text("utf-8"))
    content["settings"]["learning_rate"] = 7.0
    begun.write_text(json.dumps(content), "utf-8")
    assert weights(compare(stopped, resume=True).best) == weights(found.best)


def test_a_winner_that_is_complete_is_not_trained_again(tmp_path, monkeypatch):
    def stop(*given, **named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(workflow, "all_rows", stop)
        compare(tmp_path / "c", all_rows=True)
    best = Run.open(tmp_path / "c" / "best")
    said = []
    monkeypatch.setattr(workflow, "train", partial(workflow.train, report=said.append))
    again = compare(tmp_path / "c", resume=True, all_rows=True)
    assert not said
    assert (again.best.evaluation, again.best.config) == (best.evaluation, best.config)
    assert "test" not in again.all_rows.run.evaluation
    assert (tmp_path / "c" / "leaderboard.json").is_file()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"cannot make the folder .*: Not a directory"):
        compare(tmp_path / "file" / "c")


def test_two_comparisons_do_not_share_a_folder(tmp_path):
    def second(line):
        with pytest.raises(OutputError, match="a comparison is running in"):
            compare(tmp_path / "c", resume=True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(tmp_path / "c", say=second)


def test_going_on_with_other_rows_or_settings_is_refused(tmp_path, found):
    (tmp_path / "c").mkdir()
    with pytest.raises(ConfigError, match="resume: there is no comparison in"):
        compare(tmp_path / "c", resume=True)
    shutil.copytree(found.path, tmp_path / "b")
    (tmp_path / "b" / "leaderboard.json").unlink()
    with pytest.raises(ConfigError, match=r"resume: folds of the comparison .* was 2, and is 3"):
        compare(tmp_path / "b", resume=True, folds=3)
    with pytest.raises(ConfigError, match="resume: rows of the comparison"):
        compare(tmp_path / "b", table(60), resume=True)


def test_several_labels_per_text_and_seeds(tmp_path):
    rows = table().with_columns(label=pl.concat_list("label", pl.lit("all")))
    found = compare(tmp_path / "c", rows, models=["fasttext"], folds=None, seeds=2)
    assert found.metric == "micro_f1"
    assert {line["rounds"] for line in found.lines} == {2}
    assert "validation rows, 2 seeds" in found.measured


def test_the_winner_can_learn_from_all_rows_and_says_what_to_expect(tmp_path):
    found = compare(
        tmp_path / "c", rare(600), models=["linear min_count=1"], all_rows=True, epochs=30,
        duplicates="keep",
    )  # fmt: skip
    whole = found.all_rows
    assert "test" not in whole.run.evaluation
    assert whole.run.config.model == found.best.config.model
    assert whole.why_not is None
    assert whole.expected["train_size"] == 600
    low, high = whole.expected["gain_interval"]
    assert low <= whole.expected["gain"] <= high
    assert (tmp_path / "c" / "all-rows" / "model").is_dir()


def test_all_rows_need_test_rows_that_were_drawn(tmp_path):
    rows = table().with_columns(part=pl.Series(["train", "train", "test"] * 30))
    with pytest.raises(ConfigError, match="all_rows is for test rows that linnet draws"):
        compare(tmp_path / "c", rows, split="part", all_rows=True)
    with pytest.raises(ConfigError, match=r"adds the test rows .*: test_fraction must not be 0"):
        compare(tmp_path / "c", test_fraction=0, all_rows=True)


def test_rows_too_few_for_a_forecast_end_no_comparison(tmp_path):
    words = pl.Series([f"word{row % 10}" for row in range(60)])
    rows = pl.DataFrame({"text": words, "label": words.str.slice(4)})
    found = compare(
        tmp_path / "c", rows, models=["fasttext"], all_rows=True, duplicates="keep",
        stratify="none",
    )  # fmt: skip
    assert found.all_rows.expected is None
    assert "make no curve" in found.all_rows.why_not
    assert (tmp_path / "c" / "leaderboard.json").is_file()


def test_a_search_has_a_round_of_its_own(tmp_path):
    pytest.importorskip("optuna", reason="the extra `tune` is not installed")
    found = compare(tmp_path / "c", models=[], search=2, folds=3)
    trials = len(list((tmp_path / "c" / "trials").glob("*.safetensors")))
    assert len(found.lines) == 4
    assert {line["rounds"] for line in found.lines if line["candidate"] != "majority"} <= {1, 2}
    assert trials >= 2 + 1
    searched = [line for line in found.lines if line["candidate"].count("=") > 2]
    assert len(searched) == 2
    assert all(line["megabytes"] > 0 for line in searched)
    with pytest.raises(ConfigError, match="takes the first round for itself: seeds must be at le"):
        compare(tmp_path / "d", models=[], search=2, folds=None, seeds=1)


@pytest.mark.parametrize(
    "own", ["seed=1", "test_fraction=0.3", "duplicates=keep", "out=x", "model=lstm", "text=title"]
)
def test_a_candidate_changes_no_rows(tmp_path, own):
    name = own.partition("=")[0]
    with pytest.raises(ConfigError, match=rf"'mlp {own}': {name} is the same for all candidates"):
        compare(tmp_path / "c", models=[f"mlp {own}"])


def test_a_trial_that_was_removed_costs_no_other(tmp_path):
    from linnet.comparison.trial import Trial

    (tmp_path / "trials").mkdir()
    trial = Trial("ä", 0, np.arange(2), np.ones((2, 2), int), 1.0, 3.0)
    for _ in range(3):
        trials.keep(tmp_path, trial)
    (tmp_path / "trials" / "0001.safetensors").unlink()
    trials.keep(tmp_path, trial)
    names = sorted(each.stem for each in (tmp_path / "trials").iterdir())
    assert names == ["0000", "0002", "0003"]


def test_candidates_that_are_the_same_run_once_and_are_weighed_once(tmp_path, monkeypatch):
    said, weighed = [], []
    weigh = racing._weigh
    monkeypatch.setattr(racing, "_weigh", lambda *given: weighed.append(1) or weigh(*given))
    found = compare(
        tmp_path / "c", models=["fasttext", "fasttext norm=l2"], folds=2, say=said.append
    )
    assert "fasttext norm=l2 is left out: on these rows it is the same as one before it" in said
    assert len(found.lines) == 3
    assert len(weighed) == 2, "the baseline and fasttext, not once a round"


def test_time_that_is_too_short_for_anything_is_said(tmp_path):
    with pytest.raises(ConfigError, match="no candidate was done in 1e-06 minutes: give more"):
        compare(tmp_path / "c", minutes=1e-6)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"folds": 2, "seeds": 2}, "give folds or seeds, not both"),
        ({"folds": 1}, "folds must be a whole number from 2 on, not 1"),
        ({"minutes": 0}, "minutes must be above 0, not 0"),
        ({"models": "mlp"}, r"models must be a list, not 'mlp': write \['mlp'\]"),
        ({"models": ["mlq"]}, "unknown model 'mlq': did you mean 'mlp'"),
        ({"model": "mlp"}, "model is 'mlp': a comparison takes models, a list"),
        ({"modles": ["mlp"]}, "unknown setting 'modles': did you mean 'models'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(tmp_path, settings, message):
    with pytest.raises(ConfigError, match=message):
        compare(tmp_path / "c", **settings)
    assert not (tmp_path / "c").exists()


def test_parts_that_the_table_says_are_measured_as_they_are():
    rows = table().with_columns(day=pl.int_range(90))
    rounds, measured = rounds_of(ground_of(rows, linnet.Config(time="day"), contest=Contest()))
    assert measured == "the 9 validation rows, 3 seeds"
    assert rounds[0].split.test.tolist() == list(range(72, 81))
