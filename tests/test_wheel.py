"""The wheel: every file of the package, the licence, the metadata, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_has_the_package_and_nothing_else(tmp_path):
    source = ROOT / "src"
    command = [
        sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("linnet-*.whl")
    with zipfile.ZipFile(wheel) as file:
        inside = set(file.namelist())
    package = {
        path.relative_to(source).as_posix()
        for path in (source / "linnet").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    told = "-".join(wheel.name.split("-")[:2]) + ".dist-info/"
    names = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    assert inside == package | {told + name for name in names}
    assert {"linnet/py.typed", "linnet/serving/web/page.js"} <= package
