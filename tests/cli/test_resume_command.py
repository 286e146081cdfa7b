"""linnet train --resume, Ctrl-C and SIGTERM, as a user types them."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import pytest

from linnet.cli.stopped import stoppable, training_kept
from linnet.config import Config
from linnet.workflows.begun import begun_with, keep_begun


@pytest.fixture
def begin(interruptible, posts, fast, tmp_path, monkeypatch):
    """Begin a training in a folder of its own, and stop it by a signal in its second epoch."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(posts, tmp_path / "posts.csv")

    def call(number, out="run"):
        command = [*interruptible, "train", "posts.csv", *fast, "--epochs",
                   "1000000", "--patience", "1000000", "--out", out]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as process:  # fmt: skip
            while "epoch  2/" not in process.stdout.readline():
                assert process.poll() is None
            process.send_signal(number)
            process.stdout.read()
            return process.wait(), process.stderr.read()

    return call


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_a_signal_saves_and_says_how_to_go_on(begin, linnet, tmp_path, number, code, said):
    found = begin(number, out="my run")
    message = "what was reached is kept in my run/, `linnet train --resume 'my run'` goes on"
    assert found == (code, f"{said}: {message}\n")
    assert list((tmp_path / "my run" / "resume").glob("*.safetensors"))
    shown = linnet("train", "posts.csv", "--out", "my run")
    assert shown.code == 2
    assert "training that was interrupted: `linnet train --resume 'my run'` goes on" in shown.err
    shown = linnet("predict", "my run", "goal")
    assert shown.code == 2
    assert shown.err.startswith("error: my run holds no saved model yet: its training was inter")


@pytest.mark.parametrize(
    ("number", "ended"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated")]
)
def test_an_interrupt_that_a_library_takes_for_itself(
    linnet, posts, tmp_path, monkeypatch, number, ended
):
    """As a bare `except:` does; and Python only prints what is raised in a finalizer."""

    def takes(*given, **named):
        with suppress(BaseException):
            os.kill(os.getpid(), number)
            time.sleep(5)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a test runner may ignore it
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("linnet.workflows.train.check_labels", takes)
    shown = linnet("train", posts, "--epochs", "1000000", "--patience", "1000000", "--out", "run")
    signal.signal(signal.SIGINT, before)
    assert (shown.code, shown.err) == ({"interrupted": 130, "terminated": 143}[ended], f"{ended}\n")


def test_a_table_that_stands_elsewhere_now(linnet, begin, tmp_path):
    begin(signal.SIGTERM)
    (tmp_path / "posts.csv").rename(tmp_path / "moved.csv")
    shown = linnet("train", "--resume", "run")
    said = "posts.csv, the table of the training in run, is not there: say where it is now (`linnet"
    assert (shown.code, said in shown.err) == (2, True)
    shown = linnet("train", "moved.csv", "--resume", "run", "--epochs", "2")
    assert "resume: epochs of the training in run is 1000000, not 2" in shown.err


def test_what_is_open_closes_before_what_is_kept_is_told(tmp_path, capsys):
    file = tmp_path / "a"

    def opened():
        file.touch()
        try:
            yield
        finally:
            file.unlink()

    def work():
        held = opened()
        next(held)
        raise KeyboardInterrupt

    with pytest.raises(SystemExit, match="130"), stoppable(lambda: f": {file.exists()}"):
        work()
    assert capsys.readouterr().err == "interrupted: False\n"


def test_notes_alone_are_nothing_to_go_on_with(tmp_path):
    (tmp_path / "resume").mkdir()
    keep_begun(tmp_path / "resume", begun_with("ä.csv", Config()))
    assert training_kept(tmp_path) == ""
    (tmp_path / "resume" / "watched.safetensors").touch()
    assert "goes on" in training_kept(tmp_path)


def test_resume_needs_nothing_else(linnet, posts, fast, tmp_path, monkeypatch):
    import linnet as library

    def stop(progress):
        if progress.row["epoch"] == 2:
            raise KeyboardInterrupt

    settings = dict(
        zip([each[2:].replace("-", "_") for each in fast[::2]], fast[1::2], strict=True)
    )
    settings |= {name: int(value) for name, value in settings.items() if value.isdigit()}
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        library.train(str(posts), out="run", report=stop, **settings)
    shown = linnet("train", "--resume", "run", "--epochs", "9")
    assert (shown.code, len(shown.err.splitlines())) == (2, 1)
    assert "resume: epochs of the training in run is 2, not 9: leave it out" in shown.err
    shown = linnet("train", "--resume", "run", "--out", "other")
    assert (shown.code, len(shown.err.splitlines())) == (2, 1)
    assert (
        "the training in run goes on in its own folder, not in other: do not give out" in shown.err
    )
    shown = linnet("train", "--resume", "run", "--out", "./run")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0] == "going on with run"
    epochs = [line.split() for line in lines if line.startswith(("epoch", "again"))]
    assert epochs[0][-2:] == ["done", "before"]
    assert [" ".join(each[:2]) for each in epochs][:3] == ["epoch 1/2", "epoch 2/2", "again, on"]
    assert lines[-1] == 'next: linnet predict run "a text"'
    again = linnet("train", "--resume", "run")
    assert again.code == 2
    assert "resume: the training in run is complete: there is nothing to do" in again.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give FILE, a table to train on, or --resume FOLDER"),
        (("--resume", "nothing"), "resume: there is no folder nothing"),
        (("--resume", "."), "resume: . holds no training that was interrupted"),
    ],
)
def test_mistakes_end_in_one_line(linnet, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    shown = linnet("train", *arguments)
    assert (shown.code, len(shown.err.splitlines())) == (2, 1)
    assert message in shown.err


def test_with_from_it_is_refused(linnet, folder, posts, fast, tmp_path):
    shown = linnet("train", "--resume", folder, "--from", folder)
    assert shown.code == 2
    assert "resume" in shown.err
