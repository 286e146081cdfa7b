"""The test suite at the lowest and at the newest allowed versions, on several Pythons.

    python benchmarks/versions.py --pythons python3.11 python3.12 python3.13 [--only lowest]

Makes an environment for each pair in build/versions, installs linnet there as users get it, runs
the suite in it and keeps a line of what happened; a pair that is kept is not run again. Writes
docs/results/versions.md. One environment takes 2 GB.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
BUILD = HERE / "build" / "versions"
PAGE = HERE / "docs" / "results" / "versions.md"
EXTRAS = ".[train,serve,quality,tune]"
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")

LOWEST = ["-c", "constraints-lowest.txt", "httpx"]
"""Starlette's test client took httpx before it took httpx2, which the tests install."""

OLD = ["-W", "ignore::DeprecationWarning", "-W", "ignore::pytest.PytestRemovedIn10Warning"]
"""What old packages say of how they call each other; anywhere else warnings are errors."""

SHOWN = ("numpy", "scipy", "polars", "onnxruntime", "keras", "jax", "scikit-learn", "fastapi")


def environment(folder: Path, python: str, versions: str) -> Path:
    """Return the Python of a fresh environment in which linnet and its tests are installed."""
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    inside = folder / "bin" / "python"
    subprocess.run([inside, *PIP, "--upgrade", "pip", "hatchling"], check=True)
    bounds = LOWEST if versions == "lowest" else ["--upgrade"]
    packages = ["--no-build-isolation", *bounds, "--group", "dev", EXTRAS]
    subprocess.run([inside, *PIP, *packages], cwd=HERE, check=True)
    subprocess.run([inside, "-m", "compileall", "-qq", folder / "lib"], check=False)
    return inside


def suite(python: Path, versions: str) -> dict[str, Any]:
    """Run the suite, and return how it went."""
    command = [
        python, "-m", "pytest", "-q", "--numprocesses", "2", *(OLD if versions == "lowest" else []),
        "--doctest-modules", "--pyargs", "linnet", "./tests",
    ]  # fmt: skip
    started = time.perf_counter()
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    (python.parent.parent / "suite.txt").write_text(done.stdout + done.stderr, "utf-8")
    counts = re.findall(r"(\d+) (passed|failed|skipped|xfailed|error)", done.stdout[-400:])
    return {
        "counts": {name: int(count) for count, name in counts},
        "green": done.returncode == 0,
        "minutes": (time.perf_counter() - started) / 60,
    }


def described(python: Path) -> dict[str, Any]:
    """Return the versions of linnet, of Python and of the packages that matter most."""
    code = (
        "import json, platform; from importlib.metadata import version; "
        f"print(json.dumps([platform.python_version(), {{n: version(n) for n in {SHOWN!r}}}]))"
    )
    told = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    number, packages = json.loads(told.stdout)
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=HERE, capture_output=True, text=True, check=True).stdout
    return {"commit": commit.strip(), "python": number, "packages": packages}


def page(lines: list[dict[str, Any]]) -> str:
    """Return the page of all pairs that are kept."""
    head = ["versions", "Python", "suite", "passed", "failed", "skipped", "minutes", "commit"]
    head += SHOWN
    rows = [head, ["---"] * len(head)]
    for each in sorted(lines, key=lambda each: (each["versions"], each["python"])):
        counts = each["counts"]
        failed = counts.get("failed", 0) + counts.get("error", 0)
        rows.append([
            each["versions"], each["python"], "green" if each["green"] else "**red**",
            f"{counts.get('passed', 0):,}", str(failed), str(counts.get("skipped", 0)),
            f"{each['minutes']:.0f}", each["commit"], *(each["packages"][name] for name in SHOWN),
        ])  # fmt: skip
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"""# The lowest and the newest versions

Made by `python benchmarks/versions.py --pythons python3.11 python3.12 python3.13`. Lowest: each of
linnet's own dependencies at the version that `pyproject.toml` names, which is what
`constraints-lowest.txt` holds, and what these need as new as they allow. Newest: whatever was
newest on the day of the run, without constraints.

{table}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pythons", nargs="+", default=[sys.executable])
    parser.add_argument("--only", choices=("lowest", "newest"))
    chosen = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    for python in chosen.pythons:
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        told = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        for versions in [chosen.only] if chosen.only else ["lowest", "newest"]:
            name = f"{versions}-{told.stdout.strip()}"
            kept = BUILD / f"{name}.json"
            if kept.exists():
                continue
            inside = environment(BUILD / name, python, versions)
            line = {"versions": versions, **described(inside), **suite(inside, versions)}
            kept.write_text(json.dumps(line), "utf-8")
            print(name, line["counts"], "green" if line["green"] else "RED", flush=True)
    lines = [json.loads(path.read_text("utf-8")) for path in sorted(BUILD.glob("*.json"))]
    PAGE.write_text(page(lines), "utf-8")
    sys.exit(not all(each["green"] for each in lines))


if __name__ == "__main__":
    main()
