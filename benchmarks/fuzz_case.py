"""One changed model: loaded, asked, and judged. A process of its own runs many of these.

    python benchmarks/fuzz_case.py MODELS SEED START STOP [STEP]

Prints a line of JSON before each case and one after it, so that who reads them knows which case
ended the process or did not end. The memory of the process is limited.
"""

import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from fuzz_accidents import ACCIDENTS
from fuzz_files import EVERY, Files
from fuzz_hostile import apply, on_purpose
from small_models import TEXTS

import linnet
from linnet.artifact.golden import TEXTS as GOLDEN
from linnet.errors import ArtifactError, LinnetError
from linnet.runtime.verify import check_golden

MORE_MEMORY = 1_500_000_000
"""Bytes of address space that a process may take beyond those after its first answers."""
ASKED = (*GOLDEN, *TEXTS)
SHARE_OF_ACCIDENTS = 0.4
BAD = ("wrong", "escaped", "slow", "memory")
MOST_SECONDS = 1.0
MOST_MEGABYTES = 300.0


class Models:
    """The files and scores of some saved models."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(each.parent for each in folder.glob("*/SHA256SUMS"))
        self.files: dict[str, Files] = {
            path.name: {each.name: each.read_bytes() for each in path.iterdir()} for path in paths
        }
        self.scores = {
            path.name: linnet.load(path, threads=1).predict_proba(ASKED) for path in paths
        }


def judged(models: Models, place: Path, key: str) -> dict[str, Any]:
    """Change a model as the key of a case says, load it, and say what came of it."""
    draw = random.Random(key)
    name = draw.choice(list(models.files))
    by_accident = draw.random() < SHARE_OF_ACCIDENTS
    if by_accident:
        changes = [draw.choice(ACCIDENTS)]
        files = changes[0](draw, models.files[name])
    else:
        changes = on_purpose(draw)
        files = apply(draw, changes, models.files[name])
    folder = place / "model"
    _write(folder, files)
    before, peak = time.process_time(), _peak()
    expected = models.scores[name] if by_accident else None
    old = models.files[name]
    changed = [each for each in EVERY if files.get(each) != old.get(each)]
    culprits = changed if by_accident else list(EVERY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome, said = _outcome(folder, expected, culprits=culprits)
    seconds, more = time.process_time() - before, _peak() - peak
    printed, noise = _printed(1), _printed(2)
    if printed or (noise and outcome != "refused"):
        outcome, said = "escaped", f"printed {printed + noise!r}, then {outcome}: {said}"
    shutil.rmtree(folder)
    if outcome not in BAD and seconds > MOST_SECONDS:
        outcome, said = "slow", f"{seconds:.1f} s, then {outcome}: {said}"
    if outcome not in BAD and more > MOST_MEGABYTES:
        outcome, said = "memory", f"{more:.0f} MB, then {outcome}: {said}"
    return {
        "model": name, "change": "+".join(each.__name__ for each in changes),
        "outcome": outcome, "said": said,
        "seconds": round(seconds, 4), "megabytes": round(more, 1),
        "noisy": bool(noise),
    }  # fmt: skip


def _outcome(folder: Path, expected: Any, *, culprits: list[str]) -> tuple[str, str]:
    """Load a model and ask it everything.

    Args:
        folder: Where it is.
        expected: Its scores if the sums are the old ones.
        culprits: The files one of which must be named where it is refused.
    """
    try:
        saved = linnet.load(folder, threads=1)
    except ArtifactError as error:
        named = any(each in str(error).replace(str(folder), "") for each in culprits)
        refused = named and str(folder) in str(error)
        return ("refused" if refused else "escaped"), str(error)
    except BaseException:  # a polars panic is no Exception
        return "escaped", traceback.format_exc()
    try:
        scores = saved.predict_proba(ASKED)
        _ask(saved)
    except LinnetError as error:
        return ("refused later" if expected is None else "wrong"), str(error)
    except BaseException:
        return "escaped", traceback.format_exc()
    if expected is not None:
        return ("same" if np.array_equal(scores, expected) else "wrong"), "loaded"
    fits = scores.shape == (len(ASKED), len(saved.labels)) and np.isfinite(scores).all()
    return ("answered" if fits else "wrong"), f"scores of shape {scores.shape}"


def _ask(saved: Any) -> None:
    """Call what a user would; each may refuse with an error of linnet's own."""
    for call in (
        lambda: saved.predict(ASKED), lambda: saved.predict(TEXTS, precision=0.9),
        lambda: saved.top(TEXTS, 2), lambda: saved.in_scope(TEXTS), lambda: check_golden(saved),
        lambda: saved.explain(TEXTS[1:3]), lambda: repr(saved), lambda: saved.profile,
        lambda: saved.vectorise(TEXTS),
    ):  # fmt: skip
        try:
            call()
        except LinnetError:
            continue


def _write(folder: Path, files: Files) -> None:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        match content:
            case bytes():
                path.write_bytes(content)
            case "fifo":
                os.mkfifo(path)
            case "folder":
                path.mkdir()
            case "loop":
                path.symlink_to(name)
            case "zero":
                path.symlink_to("/dev/zero")
            case "nowhere":
                path.symlink_to("nowhere")


def _peak() -> float:
    """Return the most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _apart() -> TextIO:
    """Return what was the output; what anybody prints from now on goes into two files."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for number in (1, 2):
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), number)
    return output


def _printed(number: int) -> str:
    """Return what was printed to a stream since the last time, by native code too."""
    said = os.pread(number, os.fstat(number).st_size, 0)
    os.ftruncate(number, 0)
    os.lseek(number, 0, os.SEEK_SET)
    return said.decode(errors="replace")


def main() -> None:
    folder, seed, *numbers = sys.argv[1:]
    output = _apart()
    models = Models(Path(folder))
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as place:
        judged(models, Path(place), "warm")
        _limit_memory()
        for number in range(*map(int, numbers)):
            print(json.dumps({"case": number}), flush=True, file=output)
            found = judged(models, Path(place), f"{seed}/{number}")
            print(json.dumps({"case": number, **found}), flush=True, file=output)


if __name__ == "__main__":
    main()
