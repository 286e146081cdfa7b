"""Which files a saved model consists of, and the text of SHA256SUMS.

Knows names and sums, not what stands in the files.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from linnet.errors import ArtifactError

FORMAT = 1
COMPRESSED = 2
"""The format of a compressed model: rows in int8, and n-grams without their words."""

MANIFEST = "manifest.json"
VOCABULARY = "vocabulary.parquet"
WEIGHTS = "weights.safetensors"
GRAPH = "model.onnx"
EVALUATION = "evaluation.json"
HISTORY = "history.csv"
PROFILE = "profile.json"
GOLDEN = "golden.json"
SUMS = "SHA256SUMS"
CARD = "README.md"

BEGUN = "resume/begun.json"
"""Stands in the folder of a run until the run is complete."""

SUMMED = (MANIFEST, VOCABULARY, WEIGHTS, EVALUATION, HISTORY, PROFILE, GOLDEN)
"""The files of every saved model that stand in SHA256SUMS; model.onnx joins them unless the
layers are a user's own."""

_LINE = re.compile(r"([0-9a-f]{64})  ([\w.-]+)\n", re.ASCII)


def sums_to_text(sums: Mapping[str, str]) -> str:
    """Write sums as `sha256sum -c` reads them, sorted by name.

    Args:
        sums: Name of each file → its SHA-256 as 64 hexadecimal digits.

    Example:
        >>> sums_to_text({})
        ''
        >>> sums_to_text({"b": "1" * 64, "a": "0" * 64}).split()[1::2]
        ['a', 'b']
    """
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def sums_from_text(text: str, path: Path) -> dict[str, str]:
    """Read sums, and refuse every text that `sums_to_text` would not have written.

    A name holds no slash, so none can lead out of the folder.

    Args:
        text: What stands in the file.
        path: Where it stands, for the message.

    Raises:
        ArtifactError: A line is malformed, or lines are out of order or twice there.

    Example:
        >>> sums_from_text("", Path("SHA256SUMS"))
        {}
        >>> sums_from_text("0" * 64 + "  ../manifest.json", Path("SHA256SUMS"))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: SHA256SUMS: line 1 is damaged: expected 64 hexadecimal ...
    """
    sums: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        found = _LINE.fullmatch(line)
        if not found:
            raise ArtifactError(
                f"{path}: line {number} is damaged: expected 64 hexadecimal digits, two blanks "
                "and a file's name; fetch the model again"
            )
        sums[found[2]] = found[1]
    if sums_to_text(sums) != text:
        raise ArtifactError(f"{path}: names must be sorted and differ; fetch the model again")
    return sums
