"""Runs the tutorials and stores what they show: python docs/run_tutorials.py [NAME ...].

Goes in: the notebooks in `tutorials/`, each in an empty folder of its own. Comes out: the same
notebooks with their outputs, as text and PNG only. Needs nbclient and ipykernel.
"""

import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).with_name("tutorials")
KINDS = ("image/png", "text/plain")  # small, and shown by every code host; the first that is there
COLORS = 64  # of a figure: a quarter of the bytes
LONGEST_SECONDS = 240  # of one cell
COLOR_CODE = re.compile(r"\x1b\[[\d;]*m")


def run(path: Path, folder: str | Path) -> Any:
    """Return a notebook with the outputs it gives when it is run in a folder."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=LONGEST_SECONDS, resources=resources).execute()
    for cell in notebook.cells:
        cell.metadata.clear()
        if cell.cell_type == "code":
            cell.outputs = list(_small(cell.outputs))
    del notebook.metadata["language_info"]  # names the version of Python
    return notebook


def _small(outputs: list[Any]) -> Iterator[Any]:
    """Keep of each output the one form that is shown, without colours; and no warnings."""
    for output in outputs:
        if data := output.get("data"):
            kind = next(each for each in KINDS if each in data)
            kept = _few_colors(data[kind]) if kind == "image/png" else _plain(data[kind])
            output.data, output.metadata = {kind: kept}, {}
        elif "text" in output:
            output.text = _plain(output.text)
        if output.get("name") != "stderr":
            yield output


def _plain(text: str) -> str:
    lines = COLOR_CODE.sub("", text).split("\n")
    return "\n".join(line.rstrip() for line in lines)


def _few_colors(picture: str) -> str:
    made = BytesIO()
    Image.open(BytesIO(b64decode(picture))).convert("RGB").quantize(COLORS).save(made, "PNG")
    return b64encode(made.getvalue()).decode("ascii")


def main(names: list[str]) -> None:
    """Run the notebooks whose file names begin so; all, if none is named."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or path.name.startswith(tuple(names)):
            with TemporaryDirectory() as folder:
                nbformat.write(run(path, folder), path)


if __name__ == "__main__":
    main(sys.argv[1:])
