"""Whether a training that is killed at a random moment, and resumed, ends as one that was not.

    python benchmarks/crash.py [--kills 30] [--seed 0] [--runs FOLDER] [--data FOLDER] [--page]

Trains three models on the embedded demo texts: bags, an LSTM on the keras engine, and several
labels per text. Each is trained once undisturbed; then, again and again, `linnet train` is killed
(SIGKILL) at a random moment, and `linnet train --resume` goes on, and may be killed again. What it
ends with is compared byte for byte. Half of the kills wait for a file that is being written, and
come within that. With --data, the folder of the data sets, it is also measured what being able to
go on costs. --page writes docs/results/crash.md; with --kills 0 its section on the cost alone.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from linnet.artifact.tensors import read
from linnet.datasets.demo import demo_table
from linnet.files import BESIDE

HERE = Path(__file__).parent
RESULTS = HERE.parent / "docs" / "results" / "crash.md"
LINNET = (sys.executable, "-m", "linnet")
CASES = {
    "bags: mlp": ("one.csv", "--model", "mlp", "--epochs", "6", "--patience", "2"),
    "LSTM on the keras engine": (
        "few.csv", "--model", "lstm", "--engine", "keras", "--embedding-size", "32", "--units",
        "16", "--max-length", "16", "--batch-size", "32", "--epochs", "4", "--patience", "2",
        "--learning-rate", "0.005",
    ),
    "several labels: fasttext, adam": (
        "several.csv", "--model", "fasttext", "--optimizer", "adam", "--label-separator", "|",
        "--epochs", "5",
    ),
}  # fmt: skip
ROWS, ROWS_OF_FEW = 2000, 600
AGAIN = 0.35
"""Share of resumed trainings that are killed again."""
TICK_SECONDS = 0.0002
TIMED = {"run.json", "report.html", "begun.json"}
OF_TIME = ("seconds", "epochs", "machine")


@dataclass(frozen=True)
class Kill:
    """One kill: after how many seconds of work, and where it came.

    Attributes:
        where: What stood on disk: how far the run was.
        writing: The file that was being written, if any.
    """

    where: str
    writing: str | None


@dataclass(frozen=True)
class Ended:
    """What became of a training that was killed.

    Attributes:
        case: Which.
        kills: At least one.
        differences: The names of what is not as in the undisturbed run.
    """

    case: str
    kills: tuple[Kill, ...]
    differences: tuple[str, ...]


def tables(folder: Path) -> None:
    """Write the tables: one label per text, a part of them, and several labels."""
    import polars as pl

    table = demo_table().sample(ROWS, shuffle=True, seed=0)
    table.write_csv(folder / "one.csv")
    table.head(ROWS_OF_FEW).write_csv(folder / "few.csv")
    text = pl.col("text").str.to_lowercase()
    words = [pl.when(text.str.contains(each)).then(pl.lit(f"|{each}")).otherwise(pl.lit(""))
             for each in ("array", "file", "function", "class", "value")]  # fmt: skip
    several = table.with_columns(label=pl.concat_str([pl.col("label"), *words]))
    several.write_csv(folder / "several.csv")


def command(case: str, base: Path, out: Path) -> list[str]:
    """Return the command line of a training from the start."""
    name, *options = CASES[case]
    return [*LINNET, "train", str(base / name), *options, "--out", str(out)]


def resume(out: Path) -> list[str]:
    """Return the command line that goes on."""
    return [*LINNET, "train", "--resume", str(out)]


def run(line: Sequence[str], out: Path) -> float:
    """Run to the end; return the seconds since the folder was made."""
    with _started(line) as process:
        made = _folder_made(process, out)
        _, said = process.communicate()
    if process.returncode:
        raise SystemExit(f"{' '.join(line)} failed: {said}")
    return time.perf_counter() - made


def kill(line: Sequence[str], out: Path, *, after: float, writing: bool) -> Kill | None:
    """Run, kill at a moment, and say where that was; None: it ended before.

    Args:
        line: The command line.
        out: Folder of the run.
        after: Seconds since work in the folder began.
        writing: Whether to wait then for a file that is being written.
    """
    with _started(line) as process:
        begun = _folder_made(process, out)
        while process.poll() is None and time.perf_counter() - begun < after:
            time.sleep(TICK_SECONDS)
        while writing and process.poll() is None and not _unfinished(out):
            time.sleep(TICK_SECONDS)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    if process.returncode != -signal.SIGKILL:
        return None
    return Kill(_where(out), next(iter(_unfinished(out)), None))


def _started(line: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )  # fmt: skip


def _folder_made(process: subprocess.Popen[str], out: Path) -> float:
    """Wait until a process works in a folder, and return when that was."""
    while process.poll() is None and not (out / "resume" / "begun.json").exists():
        time.sleep(TICK_SECONDS)
    return time.perf_counter()


def _unfinished(out: Path) -> list[str]:
    """Return the files and folders that are being written."""
    found = []
    for folder in (out, out / "resume", out / "checkpoints"):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        found += [name.rpartition(".")[0][1:] for name in names if BESIDE.fullmatch(name)]
    return found


def _where(out: Path) -> str:
    """Tell how far a run was by what stands in its folder."""
    states = {path.stem.partition("-")[0] for path in (out / "resume").glob("*.safetensors")}
    if (out / "model").is_dir():
        return "model saved"
    if "again" in states:
        return "second training"
    return "first training" if "watched" in states else "no state yet"


def contents(out: Path) -> dict[str, Any]:
    """Return all that must be the same: sums of files, and of those that tell times the rest."""
    found: dict[str, Any] = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_dir() or name in TIMED:
            continue
        if name.startswith("checkpoints/"):
            tensors = read(path)
            loop = json.loads(tensors.pop("loop").tobytes())
            for row in loop["history"]:
                del row["seconds"]
            arrays = {each: hashlib.sha256(np.ascontiguousarray(tensor).tobytes()).hexdigest()
                      for each, tensor in tensors.items()}  # fmt: skip
            found[name] = (loop, arrays)
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    told = json.loads((out / "run.json").read_text("utf-8"))
    return found | {name: value for name, value in told.items() if name not in OF_TIME}


def differences(out: Path, whole: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of what differs between a run and the undisturbed one."""
    here = contents(out)
    return tuple(sorted(n for n in here.keys() | whole.keys() if here.get(n) != whole.get(n)))


@dataclass(frozen=True)
class Undisturbed:
    """A training that nobody killed.

    Attributes:
        seconds: Of work in its folder.
        whole: What it ended with.
    """

    seconds: float
    whole: dict[str, Any]


def one(case: str, base: Path, known: Undisturbed, draw: random.Random) -> Ended:
    """Train, be killed at least once, go on to the end, and compare."""
    out = base / "killed"
    shutil.rmtree(out, ignore_errors=True)
    kills: list[Kill] = []
    while not kills or draw.random() < AGAIN:
        begun = (out / "resume" / "begun.json").exists()
        line = resume(out) if begun else command(case, base, out)
        after, writing = draw.uniform(0, known.seconds), draw.random() < 0.5
        found = kill(line, out, after=after, writing=writing)
        if found is None:
            if not kills:  # it was done before: from the start
                shutil.rmtree(out)
                continue
            return Ended(case, tuple(kills), differences(out, known.whole))
        kills.append(found)
        if not (out / "resume" / "begun.json").exists():
            shutil.rmtree(out, ignore_errors=True)
    begun = (out / "resume" / "begun.json").exists()
    run(resume(out) if begun else command(case, base, out), out)
    return Ended(case, tuple(kills), differences(out, known.whole))


def undisturbed(case: str, base: Path) -> Undisturbed:
    """Train twice, as the first has more to compile, and check that both end the same."""
    found = []
    for name in ("warm", "whole"):
        out = base / name
        shutil.rmtree(out, ignore_errors=True)
        seconds = run(command(case, base, out), out)
        found.append(contents(out))
    if found[0] != found[1]:
        raise SystemExit(f"{case}: two undisturbed trainings differ")
    return Undisturbed(seconds, found[1])


def killed(base: Path, num_kills: int, seed: int) -> Iterator[tuple[Ended, float]]:
    """Kill trainings of each case in turn; beside each, seconds of the undisturbed one."""
    draw = random.Random(seed)
    shares = [num_kills // len(CASES) + (at < num_kills % len(CASES)) for at in range(len(CASES))]
    for case, share in zip(CASES, shares, strict=True):
        known = undisturbed(case, base)
        for _ in range(share):
            yield one(case, base, known, draw), known.seconds


def cost(data: Path, base: Path) -> list[str]:
    """Measure what is spent on being able to go on, of the time of whole trainings."""
    lines = []
    for name, columns in {"stackoverflow": {}, "imdb": {}, "news": {
        "text": "TITLE", "label": "CATEGORY"}}.items():  # fmt: skip
        settings = json.dumps({"table": str(data / f"{name}.parquet"), "out": str(base / name),
                               **columns})  # fmt: skip
        line = [sys.executable, __file__, "--timed", settings]
        told = json.loads(subprocess.run(line, check=True, capture_output=True).stdout)
        share = told["spent"] / told["seconds"]
        lines.append(
            f"| `{name}` | {told['seconds']:.1f} | {told['sums']:.3f} | {told['writes']} | "
            f"{told['megabytes']:.0f} | {told['spent']:.2f} | **{100 * share:.1f} %** |"
        )
        print(lines[-1], flush=True)
        shutil.rmtree(base / name)
    return lines


def timed(settings: dict[str, Any]) -> dict[str, float]:
    """Train here, and time what only resuming needs."""
    import linnet
    import linnet.training.pack  # needed later anyway: its import is not a cost of resuming
    from linnet.training import standing
    from linnet.workflows import train

    spent = {"keep": 0.0, "sums": 0.0}
    sizes: list[int] = []

    def clocked(name: str, function: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                spent[name] += time.perf_counter() - started

        return call

    write = standing.write_bytes

    def sized(path: Path, content: bytes) -> None:
        sizes.append(len(content))
        write(path, content)

    standing.write_bytes = sized
    standing.Standing.keep = clocked("keep", standing.Standing.keep)  # type: ignore[method-assign]
    train.begun_with = clocked("sums", train.begun_with)
    started = time.perf_counter()
    linnet.train(settings.pop("table"), **settings)
    return {
        "seconds": time.perf_counter() - started, "sums": spent["sums"], "writes": len(sizes),
        "megabytes": sum(sizes) / 1e6, "spent": sum(spent.values()),
    }  # fmt: skip


PAGE = """\
# Killed and resumed

Made by `python benchmarks/crash.py --kills {kills} --seed {seed} --page` on {cores} cores.
`linnet train` is killed with SIGKILL at random moments of its work in the run's folder, and
`linnet train --resume` goes on; of the resumed ones some are killed again. Half of the kills wait
for a file that is being written and come within that, as its unfinished copy shows afterwards.
Compared with a training that nobody killed: every byte of `model/`, `baseline/`, the settings, the
split and the other files of the run but `report.html` and the times in `run.json`; the history, the
best epochs; names, weights and the loop's state (patience) of each checkpoint. The texts are the
embedded demo set.

**{same} of {total} ended identical.**

| model | seconds undisturbed | trainings | kills | within a write | identical |
|---|---|---|---|---|---|
{rows}

Where the kills came:

| what stood on disk | kills |
|---|---|
{places}

Files that were being written:
{writing}.
{cost}"""
SECTION = "\n## What it costs\n"
COST = """
## What it costs

`linnet train` without a model option, by `--data FOLDER`. The load of the machine was {load} at the
end: above 2, others were at work, and whatever waits for the disk or a processor takes longer.
*Sums*: what tells later whether the rows are still the same. *Spent*: sums, copies of the weights
after each epoch, and writing them. What is written between is held to 3 % of the time; the ends of
the two trainings are written always.

| table | seconds | sums | writes | MB written | spent, s | of the time |
|---|---|---|---|---|---|---|
{rows}
"""


def page(found: list[tuple[Ended, float]], chosen: argparse.Namespace, costs: list[str]) -> str:
    """Return the page."""
    rows, every = [], [each for ended, _ in found for each in ended.kills]
    for case in CASES:
        mine = [(ended, seconds) for ended, seconds in found if ended.case == case]
        if not mine:
            continue
        kills = [each for ended, _ in mine for each in ended.kills]
        same = sum(not ended.differences for ended, _ in mine)
        rows.append(
            f"| {case} | {statistics.median(s for _, s in mine):.1f} | {len(mine)} | {len(kills)} |"
            f" {sum(each.writing is not None for each in kills)} | **{same}/{len(mine)}** |"
        )
    places = ("no state yet", "first training", "second training", "model saved")
    counted = [f"| {place} | {sum(each.where == place for each in every)} |" for place in places]
    names = [each.writing for each in every if each.writing]
    listed = [f"`{name}` {names.count(name)}" for name in sorted(set(names))]
    return PAGE.format(
        kills=chosen.kills, seed=chosen.seed, cores=os.cpu_count(), rows="\n".join(rows),
        same=sum(not ended.differences for ended, _ in found), total=len(found),
        places="\n".join(counted), writing=", ".join(listed) or "none",
        cost=cost_section(costs) if costs else "",
    )  # fmt: skip


def cost_section(costs: list[str]) -> str:
    """Return the section on what being able to go on costs."""
    return COST.format(load=f"{os.getloadavg()[0]:.1f}", rows="\n".join(costs))


def main() -> None:
    """Kill, compare, print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30, help="trainings to kill")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=Path, help="folder for the runs; else a temporary one")
    parser.add_argument("--data", type=Path, help="folder of the data sets, to measure the cost")
    parser.add_argument("--page", action="store_true", help="write docs/results/crash.md")
    parser.add_argument("--timed", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.timed:
        print(json.dumps(timed(json.loads(chosen.timed))))
        return
    with tempfile.TemporaryDirectory(prefix="linnet-crash-") as folder:
        base = chosen.runs or Path(folder)
        base.mkdir(parents=True, exist_ok=True)
        tables(base)
        found: list[tuple[Ended, float]] = []
        for ended, seconds in killed(base, chosen.kills, chosen.seed) if chosen.kills else ():
            found.append((ended, seconds))
            where = ", ".join(f"{k.where}{f' ({k.writing})' if k.writing else ''}"
                              for k in ended.kills)  # fmt: skip
            result = f"differs: {ended.differences}" if ended.differences else "identical"
            print(f"{ended.case}: killed at {where}: {result}", flush=True)
        costs = cost(chosen.data, base) if chosen.data else []
    same = sum(not ended.differences for ended, _ in found)
    print(f"{same}/{len(found)} identical")
    if chosen.page and chosen.kills:
        RESULTS.write_text(page(found, chosen, costs), "utf-8")
    elif chosen.page:
        before = RESULTS.read_text("utf-8").partition(SECTION)[0]
        RESULTS.write_text(before + cost_section(costs), "utf-8")
    sys.exit(same != len(found))


if __name__ == "__main__":
    main()
