"""The search: on disk, gone on with, and each choice is a candidate that can be trained."""

import errno
from pathlib import Path

import pytest

from linnet.comparison.candidates import settings_of
from linnet.comparison.race import OutOfTimeError
from linnet.comparison.search import search, suggest
from linnet.config import Config
from linnet.errors import DivergedError, OutputError

optuna = pytest.importorskip("optuna", reason="the extra `tune` is not installed")


def size(line):
    """More ids are better, and nothing else matters."""
    return settings_of(line, Config()).max_ids / 1e6


def test_tries_are_candidates_the_best_first(tmp_path):
    tried = []

    def attempt(line):
        tried.append(line)
        return size(line)

    found = search(attempt, task="binary", num_tries=12, study=tmp_path / "study.log")
    assert len(tried) == 12
    assert sorted(found) == sorted(set(tried))
    assert [size(line) for line in found] == sorted(map(size, found), reverse=True)


def test_a_search_goes_on_where_it_ended(tmp_path):
    study, seen = tmp_path / "study.log", []

    def attempt(line):
        if len(seen) == 5:
            raise OutOfTimeError("enough")
        seen.append(line)
        return size(line)

    first = search(attempt, task="binary", num_tries=12, study=study)
    assert len(first) == len(set(seen))
    more = []
    whole = search(
        lambda line: more.append(line) or size(line), task="binary", num_tries=12, study=study
    )
    assert len(more) == 7
    assert set(whole) == {*seen, *more}
    assert more[:5] != seen


@pytest.mark.timeout(20)
def test_a_search_that_was_killed_as_it_wrote_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = Path("study.log")
    search(size, task="binary", num_tries=2, study=study)
    whole = study.read_bytes()
    Path("study.log.lock").symlink_to(study)
    study.write_bytes(whole + whole.splitlines(keepends=True)[-1][:-9])
    assert len(search(size, task="binary", num_tries=3, study=study)) == 3
    assert study.read_bytes().startswith(whole)
    assert [each.name for each in tmp_path.iterdir()] == ["study.log"]


def test_a_study_that_cannot_be_kept_is_said(tmp_path, monkeypatch):
    def full(self, logs):
        raise OSError(errno.ENOSPC, "No space left on device")

    study = tmp_path / "study.log"
    search(size, task="binary", num_tries=2, study=study)
    with monkeypatch.context() as patch:
        patch.setattr(optuna.storages.journal.JournalFileBackend, "append_logs", full)
        with pytest.raises(OutputError, match=r"cannot write .*study\.log: No space left on dev"):
            search(size, task="binary", num_tries=3, study=study)
    study.write_bytes(b"{\n" + study.read_bytes())
    with pytest.raises(OutputError, match=r"study\.log cannot be gone on with .*: compare anew"):
        search(size, task="binary", num_tries=3, study=study)


@pytest.mark.parametrize("task", ["binary", "multilabel"])
def test_every_corner_of_the_space_is_a_setting(task):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(60):
        assert settings_of(suggest(study.ask(), task), Config()).learning_rate > 0


def test_tries_that_come_to_nothing_count_and_do_not_end_the_search(tmp_path):
    tried = []

    def attempt(line):
        tried.append(line)
        if len(tried) % 2:
            raise DivergedError("loss became nan")
        return size(line)

    found = search(attempt, task="binary", num_tries=6, study=tmp_path / "study.log")
    assert len(tried) == 6
    assert set(found) == set(tried[1::2])
