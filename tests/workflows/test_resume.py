"""A training that was stopped at any moment ends as one that was not; and who may go on with it."""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import linnet
from linnet.config import configure
from linnet.errors import DivergedError
from linnet.training import standing

CASES = {
    "binary": {"optimizer": "adam"},
    "multiclass": {"members": 2, "checkpoints": "all", "baseline": False},
    "multilabel": {"weights": "last", "thresholds": "labels", "checkpoints": "last"},
    "unwatched": {"validation_fraction": 0, "retrain": False, "baseline": False},
}
TIMED = {"run.json", "report.html", "begun.json"}
"""Files that tell how long something took."""


@pytest.fixture
def path(tables, tmp_path):
    """The table of a task as a file."""

    def write(task="binary"):
        name = tmp_path / f"{task}.parquet"
        tables[task].write_parquet(name)
        return str(name)

    return write


@pytest.fixture
def at_once(monkeypatch):
    """Write where a training stands after every epoch, however much of the time that takes."""
    monkeypatch.setattr(standing, "SHARE", 1e9)


def sums(folder):
    """Return name → SHA-256 of all that tells no times and no paths; of checkpoints the names."""
    return {
        name: "" if name.startswith("checkpoints/") else hashlib.sha256(content).hexdigest()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and (name := each.relative_to(folder).as_posix()) not in TIMED
        for content in [each.read_bytes()]
    }


def told(run):
    """Return what a run says of itself, without times."""
    history = [{name: row[name] for name in row if name != "seconds"} for row in run.history]
    return history, run.best_epoch, run.best_epochs, run.evaluation, configure(run.config, out=None)


class Copies:
    """Copies a run's folder as it stands when it tells of an epoch: what a kill would leave."""

    def __init__(self, folder, into):
        self.folder, self.into, self.made = folder, into, []

    def __call__(self, progress):
        if progress.ended and not progress.before:
            self.made.append(self.into / f"{len(self.made):02}")
            shutil.copytree(self.folder, self.made[-1])


def interrupted(table, out, *, epoch=2, stop=KeyboardInterrupt, **settings):
    """Train, and stop within an epoch."""

    def report(progress):
        if progress.row["epoch"] == epoch and not progress.ended:
            raise stop

    with pytest.raises(stop):
        linnet.train(table, out=str(out), report=report, **settings)


@pytest.mark.parametrize("often", ["every epoch", "last epochs"])
@pytest.mark.parametrize("case", CASES)
def test_it_ends_as_if_it_had_not_been_stopped(case, often, path, fast, tmp_path, monkeypatch):
    monkeypatch.setattr(standing, "SHARE", 1e9 if often == "every epoch" else 0)
    copies = Copies(tmp_path / "whole", tmp_path / "copies")
    table = path("binary" if case == "unwatched" else case)
    settings = {**fast, "epochs": 3, **CASES[case]}
    whole = linnet.train(table, out=str(tmp_path / "whole"), report=copies, **settings)
    assert not (whole.path / "resume").exists()
    some = [0, len(copies.made) // 2] if often == "every epoch" else [-1]
    for copy in (copies.made[number] for number in some):
        heard = []
        again = linnet.train(resume=copy, report=heard.append)
        assert sums(copy) == sums(whole.path)
        assert told(again) == told(whole)
        ended = [each for each in heard if each.ended]
        assert len(ended) == len(copies.made), "every epoch of the run is told"
        if often == "every epoch":
            assert sum(each.before for each in ended) == copies.made.index(copy) + 1


def test_a_script_that_is_started_again_begins_goes_on_or_opens(path, fast, tmp_path, at_once):
    table, out, heard = path(), tmp_path / "run", []

    def script(source=table, **settings):
        chosen = {**fast, "epochs": 3, "out": str(out), **settings}
        return linnet.train(source, resume=True, report=heard.append, **chosen)

    def stop(progress):
        if progress.row["epoch"] == 2:
            raise KeyboardInterrupt

    whole = linnet.train(table, out=str(tmp_path / "whole"), **{**fast, "epochs": 3})
    with pytest.raises(KeyboardInterrupt):
        linnet.train(table, resume=True, report=stop, out=str(out), **{**fast, "epochs": 3})
    with pytest.raises(linnet.ConfigError, match=r"resume: epochs of the training in .* is 3, not"):
        script(epochs=4)
    assert told(script()) == told(whole)
    assert [each.row["epoch"] for each in heard if each.before] == [1]
    heard.clear()
    assert told(script()) == told(whole)
    assert not heard, "it was complete"
    with pytest.raises(linnet.ConfigError, match=r"resume: seed of the training in .* is 0, not 1"):
        script(seed=1)
    with pytest.raises(linnet.DataError, match=r"the rows of .* are not those that"):
        script(path("multiclass"))
    with pytest.raises(linnet.ConfigError, match="resume=True goes on with what stands in out"):
        script(out=None)
    assert sums(out) == sums(whole.path)


def test_what_is_finished_is_not_trained_again(path, fast, tmp_path, monkeypatch):
    monkeypatch.setattr(standing, "SHARE", 0)
    copies = Copies(tmp_path / "whole", tmp_path / "copies")
    linnet.train(path(), out=str(tmp_path / "whole"), report=copies, retrain_epochs=2, **fast)
    heard = []
    linnet.train(resume=copies.made[-2], report=heard.append)
    trained = [each.row["epoch"] for each in heard if each.ended and not each.before]
    assert trained == [1, 2], "only the second training, whose end is not reached"


def test_a_model_of_a_saved_run_and_vectors(runs, path, fast, tmp_path, at_once):
    vectors = tmp_path / "some.vec"
    vectors.write_text("".join(f"{word} {' '.join('12345678')}\n" for word in ("goal", "xylo")))
    settings = {"extend_vocabulary": True, "vectors": str(vectors), "epochs": 2}
    copies = Copies(tmp_path / "whole", tmp_path / "copies")
    whole = linnet.train(
        path(), from_=runs["binary"].path, out=str(tmp_path / "whole"), report=copies, **settings
    )
    again = linnet.train(resume=copies.made[0])
    assert sums(again.path) == sums(whole.path)
    vectors.write_text(vectors.read_text().replace("1", "2"))
    with pytest.raises(linnet.DataError, match=r"vectors: .*some\.vec is no longer what it was"):
        linnet.train(resume=copies.made[1])
    assert (copies.made[1] / "resume" / "begun.json").is_file()


@pytest.fixture(scope="module")
def never_killed(tables, tmp_path_factory):
    base = tmp_path_factory.mktemp("whole")
    table = base / "table.parquet"
    tables["binary"].write_parquet(table)
    run = linnet.train(str(table), model="mlp", hidden=[8], epochs=3, patience=3,
                       out=str(base / "run"))  # fmt: skip
    return sums(run.path), told(run)


KILLED = """
import os, signal, sys
import linnet
from linnet.training import standing

table, out, name, number = sys.argv[1:]
standing.SHARE, left, fdopen = 1e9, int(number), os.fdopen

class Half:
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        os.kill(os.getpid(), signal.SIGKILL)

def opened(handle, *how, **options):
    global left
    file = fdopen(handle, *how, **options)
    left -= name in os.readlink(f"/proc/self/fd/{handle}")
    return file if left else Half(file)

os.fdopen = opened
linnet.train(table, out=out, model="mlp", hidden=[8], epochs=3, patience=3)
"""


@pytest.mark.parametrize(
    ("name", "number"),
    [("watched.safetensors", 2), ("again.safetensors", 1), ("weights.safetensors", 1)],
)
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells files by /proc")
def test_killed_while_it_writes(name, number, never_killed, path, tmp_path):
    table = path()
    killed = tmp_path / "killed"
    command = [sys.executable, "-c", KILLED, table, str(killed), name, str(number)]
    assert subprocess.run(command, check=False).returncode == -9
    assert list(killed.rglob(f".{name}.*")), "half a file is left, under another name"
    with pytest.raises(linnet.ArtifactError, match="interrupted, or is still running; linnet tr"):
        linnet.load(killed)
    again = linnet.train(resume=killed)
    assert (sums(killed), told(again)) == never_killed


def test_a_stopped_training_writes_where_it_stood(path, fast, tmp_path, monkeypatch):
    monkeypatch.setattr(standing, "SHARE", 0)
    interrupted(path(), tmp_path / "run", **fast)
    assert (tmp_path / "run" / "resume" / "watched.safetensors").is_file()
    heard = []
    linnet.train(resume=tmp_path / "run", report=heard.append)
    assert [each.row["epoch"] for each in heard if each.before] == [1]


def test_before_the_first_epoch_nothing_stays(path, fast, tmp_path):
    interrupted(path(), tmp_path / "run", epoch=1, **fast)
    assert not (tmp_path / "run").exists()


def test_a_state_that_is_too_large_to_hold_is_written_when_that_is_cheap(
    path, fast, tmp_path, monkeypatch
):
    monkeypatch.setattr(standing, "MOST_HELD", 1000)
    monkeypatch.setattr(standing, "SHARE", 0)
    interrupted(path(), tmp_path / "run", epoch=3, **fast)
    assert not (tmp_path / "run" / "resume").exists()
    monkeypatch.setattr(standing, "SHARE", 1e9)
    interrupted(path(), tmp_path / "again", epoch=3, **fast)
    assert (tmp_path / "again" / "resume" / "watched.safetensors").is_file()


def test_a_training_that_diverges_is_not_gone_on_with(path, fast, tmp_path, at_once):
    interrupted(path(), tmp_path / "run", stop=DivergedError, **fast)
    assert list((tmp_path / "run").glob("checkpoints/*"))
    assert not (tmp_path / "run" / "resume").exists()


def test_the_folder_says_what_stands_in_it(path, fast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    interrupted(path(), "my run", **fast)
    with pytest.raises(linnet.OutputError, match="`linnet train --resume 'my run'` go"):
        linnet.train(path(), out="my run", **fast)
    with pytest.raises(linnet.ArtifactError, match="linnet train --resume 'my run' goes on"):
        linnet.load("my run")
    linnet.train(resume="my run")
    with pytest.raises(linnet.ConfigError, match="resume: the training in my run is complete"):
        linnet.train(resume="my run")
    (tmp_path / "other").mkdir()
    for name, message in (("other", "other holds no training"), ("none", "no folder none")):
        with pytest.raises(linnet.ConfigError, match=message):
            linnet.train(resume=name)


def test_one_training_at_a_time(path, fast, tmp_path, at_once):
    table, out = path(), tmp_path / "run"
    refused = []

    def meanwhile(progress):
        for how in ({"table": table, "out": str(out)}, {"resume": out}):
            with pytest.raises(linnet.OutputError, match=r"a training is running in .*: wait"):
                linnet.train(**how)
            refused.append(how)

    run = linnet.train(table, out=str(out), report=meanwhile, **fast)
    assert refused and run.classifier.labels == ("food", "sport")


def test_a_lock_that_was_left_behind_holds_nobody_up(path, fast, tmp_path):
    interrupted(path(), tmp_path / "run", **fast)
    assert (tmp_path / "run" / "resume" / "lock").is_file()
    assert linnet.train(resume=tmp_path / "run").best_epoch


def test_a_folder_that_was_moved(path, fast, tmp_path):
    interrupted(path(), tmp_path / "run", **fast)
    (tmp_path / "run").rename(tmp_path / "moved")
    assert linnet.train(resume=tmp_path / "moved").path == tmp_path / "moved"


def test_a_table_in_memory_is_given_again(tables, fast, tmp_path):
    interrupted(tables["binary"], tmp_path / "run", **fast)
    with pytest.raises(linnet.OutputError, match=r"`linnet\.train\(table, resume='.*run'\)` goes"):
        linnet.train(tables["binary"], out=str(tmp_path / "run"))
    with pytest.raises(linnet.ConfigError, match="was no file: give it again"):
        linnet.train(resume=tmp_path / "run")
    with pytest.raises(linnet.DataError, match="the rows of the table are no longer those"):
        linnet.train(tables["binary"].head(50), resume=tmp_path / "run")
    run = linnet.train(tables["binary"], resume=tmp_path / "run")
    assert sums(run.path) == sums(linnet.train(tables["binary"], out=str(tmp_path / "w"),
                                               **fast).path)  # fmt: skip


def test_a_table_that_changed_or_is_gone(tables, path, fast, tmp_path):
    table, out = Path(path()), tmp_path / "run"
    interrupted(str(table), out, **fast)
    state = (out / "resume" / "watched.safetensors").read_bytes()
    changed = tables["binary"].with_columns(label=tables["binary"]["label"].reverse())
    changed.write_parquet(table)
    with pytest.raises(linnet.DataError, match=r"rows of .*binary\.parquet are no longer those"):
        linnet.train(resume=out)
    changed.write_parquet(tmp_path / "more.parquet")
    message = (
        r"rows of .*more\.parquet are not those .* begun with, .*binary\.parquet: leave the tab"
    )
    with pytest.raises(linnet.DataError, match=message):
        linnet.train(tmp_path / "more.parquet", resume=out)
    table.unlink()
    with pytest.raises(linnet.DataError, match=r"binary\.parquet, the table of .* is not there"):
        linnet.train(resume=out)
    path()
    assert (out / "resume" / "watched.safetensors").read_bytes() == state
    assert linnet.train(resume=out).best_epoch


def test_settings_are_those_it_was_begun_with(path, fast, tmp_path):
    interrupted(path(), tmp_path / "run", **fast)
    with pytest.raises(linnet.ConfigError, match=r"resume: epochs of .* is 4, not 9: leave it"):
        linnet.train(resume=tmp_path / "run", epochs=9)
    with pytest.raises(
        linnet.ConfigError, match=r"goes on in its own folder, not in o: do not give"
    ):
        linnet.train(resume=tmp_path / "run", out="o")
    with pytest.raises(linnet.ConfigError, match="leave out from"):
        linnet.train(resume=tmp_path / "run", from_="other")
    with pytest.raises(linnet.ConfigError, match="give a table to train on, or resume"):
        linnet.train()
    same = configure(**fast, out=str(tmp_path / "run"))
    assert linnet.train(path(), resume=tmp_path / "run", config=same).best_epoch


def test_paths_are_seen_from_where_it_was_begun(path, tables, fast, tmp_path, monkeypatch):
    path()
    tables["binary"].head(20).write_parquet(tmp_path / "test.parquet")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    interrupted("binary.parquet", "one", **fast)
    interrupted("binary.parquet", "two", test="test.parquet", **fast)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert linnet.train(resume="../one").best_epoch
    with pytest.raises(linnet.ConfigError, match=r"test of .* is 'test\.parquet', seen from"):
        linnet.train(resume="../two")
    monkeypatch.chdir(tmp_path)
    assert linnet.train(resume="two").best_epoch


def test_other_versions_are_told(path, fast, tmp_path):
    interrupted(path(), tmp_path / "run", **fast)
    file = tmp_path / "run" / "resume" / "begun.json"
    begun = json.loads(file.read_text())
    begun["versions"]["numpy"] = "1.0"
    file.write_text(json.dumps(begun))
    said = []
    linnet.train(resume=tmp_path / "run", say=said.append)
    assert any("begun with numpy 1.0, going on with" in line for line in said)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"table": 3}', "\x00"])
def test_damaged_notes(content, path, fast, tmp_path):
    interrupted(path(), tmp_path / "run", **fast)
    (tmp_path / "run" / "resume" / "begun.json").write_text(content)
    with pytest.raises(linnet.ArtifactError, match=r"begun\.json is damaged .*: remove"):
        linnet.train(resume=tmp_path / "run")


@contextmanager
def largest_file(num_bytes):
    """Let no file grow beyond a size: what a full disk does, for each file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("checkpoints", ["none", "all"])
def test_a_disk_that_becomes_full(checkpoints, path, fast, tmp_path, at_once):
    settings = {**fast, "checkpoints": checkpoints, "baseline": False}
    out, whole = tmp_path / "run", tmp_path / "whole"
    before = {}

    def report(progress):
        if progress.ended and progress.row["epoch"] == 2:
            before.update({each: each.read_bytes() for each in out.rglob("*.safetensors")})
            full.enter_context(largest_file(1000))

    with (
        ExitStack() as full,
        pytest.raises(linnet.OutputError, match=r"cannot write .*: File too large; mend that, and"),
    ):
        linnet.train(path(), out=str(out), report=report, **settings)
    assert before and {each: each.read_bytes() for each in out.rglob("*.safetensors")} == before
    assert not list(out.rglob(".*"))
    linnet.train(resume=out)
    linnet.train(path(), out=str(whole), **settings)
    assert sums(out) == sums(whole)


@contextmanager
def nobody():
    """Be a user who may not write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written(path, fast):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        base = Path(folder)
        base.chmod(0o755)
        table = base / "table.parquet"
        shutil.copy(path(), table)
        interrupted(str(table), base / "run", **fast)
        before = sums(base)
        for each in (base / "run" / "resume", base / "run", base):
            each.chmod(0o555)
        with nobody():
            with pytest.raises(linnet.OutputError, match=r"cannot write .*: Permission denied"):
                linnet.train(str(table), out=str(base / "other"), **fast)
            with pytest.raises(linnet.OutputError, match=r"cannot write .*: Permission denied"):
                linnet.train(resume=base / "run")
        for each in (base, base / "run", base / "run" / "resume"):
            each.chmod(0o755)
        assert sums(base) == before
        assert linnet.train(resume=base / "run").best_epoch
