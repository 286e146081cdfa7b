"""The files of a saved model, as what changes them sees them: name -> bytes.

None stands for a file that is gone, a `Special` for something that is no file. Knows nothing of how
they are read.
"""

import hashlib
import random
from collections.abc import Callable
from typing import Literal, TypeAlias

Special: TypeAlias = Literal["fifo", "folder", "loop", "zero", "nowhere"]
Files: TypeAlias = dict[str, "bytes | Special | None"]
Change: TypeAlias = Callable[[random.Random, Files], Files]

SUMMED = (
    "manifest.json", "vocabulary.parquet", "weights.safetensors", "model.onnx", "evaluation.json",
    "history.csv", "profile.json", "golden.json",
)  # fmt: skip
EVERY = (*SUMMED, "SHA256SUMS")


def with_sums(files: Files) -> Files:
    """Return the files with SHA256SUMS as it would be written for them."""
    there = {name: each for name in sorted(SUMMED) if isinstance(each := files.get(name), bytes)}
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in there.items()]
    return files | {"SHA256SUMS": "".join(lines).encode()}


def content_of(files: Files, name: str) -> bytes:
    content = files[name]
    return content if isinstance(content, bytes) else b""
