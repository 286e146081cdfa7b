"""Saved models changed at random, by accident and on purpose: is every one refused, or harmless?

    python benchmarks/fuzz.py [--loads 100000] [--seed 0] [--models FOLDER] [--workers 2]
    python benchmarks/fuzz.py --case 0/1234 --models FOLDER      # one case again

Trains a small model of every kind (small_models.py) unless FOLDER holds them, changes them
(fuzz_accidents.py, fuzz_hostile.py, fuzz_graph.py), loads each and asks it (fuzz_case.py), in
processes of their own whose memory is limited. The same seed makes the same changes. Writes
docs/results/fuzz.md; ends with 1 if a case crashed, hung, took too much or was accepted wrongly.
"""

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RESULTS = HERE.parent / "docs" / "results" / "fuzz.md"
HANGS_AFTER = 30.0
"""Seconds of a clock, on a machine that may have other work; a case takes some milliseconds."""
GOOD = ("refused", "refused later", "same", "answered")
UNKNOWN = {"model": "", "change": "", "seconds": 0.0, "megabytes": 0.0, "noisy": False}
OUTCOMES = {
    "refused": "refused when it was loaded, by an `ArtifactError` that names the file",
    "refused later": "loaded, and its answers refused by an error of linnet's own",
    "same": "sums fit, so it loaded, and the scores are the original's: the change was in a file "
    "that does not matter, or was none",
    "answered": "sums were written again, it loaded, and all scores are numbers",
    "crash": "the process ended: a segmentation fault, an abort",
    "hang": f"no end within {HANGS_AFTER:.0f} seconds",
    "memory": "300 MB more, or 1.5 GB more of address space",
    "slow": "more than a second of processor time",
    "wrong": "sums were not written again, and it loaded with other scores; or scores are no "
    "numbers",
    "escaped": "any other error, a warning, something printed, or a message without the file",
}
FATAL = tuple(each for each in OUTCOMES if each not in GOOD)


def run(models: Path, *, seed: str, loads: int, workers: int) -> list[dict[str, Any]]:
    """Return what came of each case, in no particular order."""
    shares = [range(first, loads, workers) for first in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(lambda share: list(_share(models, seed, share)), shares)
        found = [case for part in parts for case in part]
    assert sorted(each["case"] for each in found) == list(range(loads))
    return found


def _share(models: Path, seed: str, cases: range) -> Iterator[dict[str, Any]]:
    """Run cases in one process after the other: one that dies or does not end loses one case."""
    while cases:
        last = cases.start
        for line in _lines(models, seed, cases):
            last = line["case"]
            if "outcome" in line:
                yield line
        cases = range(last + cases.step, cases.stop, cases.step)


def _lines(models: Path, seed: str, cases: range) -> Iterator[dict[str, Any]]:
    """Yield what a process prints, and how it ended if that was in the midst of a case."""
    numbers = [str(each) for each in (cases.start, cases.stop, cases.step)]
    command = [sys.executable, str(HERE / "fuzz_case.py"), str(models), seed, *numbers]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    case, outcome = {"case": cases.start}, "crash"
    try:
        while (line := lines.get(timeout=HANGS_AFTER)) is not None:
            case = json.loads(line)
            if "outcome" in case:
                yield case
    except queue.Empty:
        outcome = "hang"
    finally:
        process.kill()
        process.wait()
        reader.join()
        if process.stdout:
            process.stdout.close()
    if "outcome" not in case:
        said = f"ended with {process.returncode}"
        yield case | {"outcome": outcome, "said": said} | UNKNOWN


def page(cases: Sequence[dict[str, Any]], *, seed: str, minutes: float) -> str:
    """Write the page of results."""
    outcomes = Counter(each["outcome"] for each in cases)
    bad = sum(outcomes[each] for each in FATAL)
    by_model, by_change = _tables(cases)
    seconds = np.array([each["seconds"] for each in cases])
    said = [f"| {name} | {outcomes[name]:,} | {meaning} |" for name, meaning in OUTCOMES.items()]
    middle, rare, most = (float(each) for each in np.quantile(seconds, [0.5, 0.999, 1]))
    more = max(each["megabytes"] for each in cases)
    return f"""# Saved models changed at random

Made by `python benchmarks/fuzz.py --loads {len(cases)} --seed {seed}`: {len(cases):,} loads of
saved models that were changed, **{bad} bad ends** among them. The seed says the model and the
change of each case. An accident (a byte flipped, a file cut, gone, exchanged, a pipe in its place)
leaves SHA256SUMS as it was. A change on purpose (values and text of the JSON, header and numbers
of the weights, the table of ids, nodes, wires and tensors of the graph) writes the sums again, so
that only what the files say can give it away. What loads is asked for scores, labels, explanations
and the golden texts.

| outcome | cases | |
|---|---|---|
{chr(10).join(said)}

A case took {1000 * middle:.1f} ms of processor time (median), {1000 * rare:.0f} ms (one in a
thousand took longer) and {1000 * most:.0f} ms at most, and added {more:.0f} MB at most to its
process. The whole took {minutes:.0f} minutes on {os.cpu_count()} cores, load
{os.getloadavg()[1]:.1f}. In {sum(each["noisy"] for each in cases)} cases polars wrote what
it thinks of a damaged table to the error stream, before linnet refused that.

{by_model}

{by_change}
"""


def _tables(cases: Sequence[dict[str, Any]]) -> list[str]:
    """Return a table per model and one per kind of change."""
    tables = []
    for key in ("model", "change"):
        counts = defaultdict(Counter)
        for each in cases:
            name = "several changes" if "+" in each[key] else each[key].replace("_", " ")
            counts[name or "unknown"][each["outcome"]] += 1
        head = [key, "cases", *GOOD, "bad"]
        rows = [head, ["---"] * len(head)]
        for name, found in sorted(counts.items()):
            good = [found[each] for each in GOOD]
            numbers = [found.total(), *good, found.total() - sum(good)]
            rows.append([name, *(f"{each:,}" for each in numbers)])
        tables.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loads", type=int, default=100_000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--models", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--case")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        models = chosen.models or Path(place)
        if not list(models.glob("*/SHA256SUMS")):
            subprocess.run([sys.executable, HERE / "small_models.py", models], check=True)
        if chosen.case:
            seed, _, number = chosen.case.partition("/")
            arguments = [str(models), seed, number, str(int(number) + 1)]
            command = [sys.executable, HERE / "fuzz_case.py", *arguments]
            sys.exit(subprocess.run(command, check=False).returncode)
        started = time.time()
        cases = run(models, seed=chosen.seed, loads=chosen.loads, workers=chosen.workers)
    RESULTS.write_text(page(cases, seed=chosen.seed, minutes=(time.time() - started) / 60), "utf-8")
    bad = [each for each in cases if each["outcome"] in FATAL]
    for each in bad:
        print(json.dumps(each))
    print(f"{len(cases)} cases, {len(bad)} bad ends: {RESULTS}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
