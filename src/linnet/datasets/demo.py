"""The demo set: real text that every installation has, and no download.

In goes nothing, out comes a table with the columns text and label. A text is the opening of a
docstring, read from the source of an installed library; its label is that library. The names that
would give the answer away are replaced by "blank", in the texts of all labels alike. Libraries
are read, never imported. Knows nothing of how the table is used.
"""

import ast
import hashlib
import os
import re
import sysconfig
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linnet.errors import MissingExtraError

if TYPE_CHECKING:
    import polars as pl

# Label -> the package that is read; the standard library has no package.
PACKAGES = {
    "jax": "jax",
    "keras": "keras",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "polars": "polars",
    "python": "",
    "scikit-learn": "sklearn",
    "scipy": "scipy",
}
MIN_LABELS = 6
MAX_TEXTS = 600  # of one label
MAX_TEXTS_PER_FILE = 25  # so that a label's texts come from many modules
MAX_BYTES = 150_000  # of a file: parsing a long one takes longer than it gives
MIN_QUOTES = 6  # of a file, as it takes time to parse one that has little to say
MIN_LENGTH = 60  # characters of the opening
MAX_LENGTH = 1_000

NAMES = re.compile(
    r"matplotlib|scikit[-_ ]?learn|scikit|sklearn|numpy|scipy|polars|keras|python|jax"
    # short names stand alone or beside a digit, a dot, an underscore
    r"|(?<![a-z])(?:np|onp|jnp|lax|pl|plt|mpl|pyplot|pylab|skl|sp)(?![a-z])",
    re.IGNORECASE,
)

# An opening ends at the first section, list of fields or example, which each library writes in
# its own manner: the task is to tell subjects apart, not styles.
OPENING_END = re.compile(
    r"^\s*(?:"
    r"(?:Args|Arguments|Parameters|Returns?|Yields|Raises|Attributes|Examples?|Usage|Notes?|"
    r"Inputs?|Outputs?|References?|See [Aa]lso|Call arguments|Methods|Warnings?|Warns)\b:{0,2}\s*$"
    r"|[-=~]{3,}\s*$|>>>|```|\.\. |:\w+[ :])",
    re.MULTILINE,
)

# Copies of other libraries, tests, and parts that some systems package separately.
LEFT_OUT = {
    *("test", "testing", "tests", "idlelib", "lib2to3", "pydoc_data", "turtledemo"),
    *("_external", "_vendor", "extern", "externals", "array_api_compat", "array_api_extra"),
    *("dist-packages", "site-packages", "distutils", "ensurepip", "tkinter"),
}


class _Text(NamedTuple):
    module: str
    line: int
    text: str


def demo_table() -> "pl.DataFrame":
    """Read the demo set: columns text and label, about 600 texts for each of 8 labels.

    The same versions of Python and the libraries give the same table. Libraries that are not
    installed are left out as long as six remain.

    Returns:
        A table sorted by label, module and line; no text occurs twice.

    Raises:
        MissingExtraError: Fewer than six of the libraries are installed.

    Example:
        >>> table = demo_table()
        >>> table.columns, table.height > 3000
        (['text', 'label'], True)
        >>> table["text"].str.contains("numpy").any()  # no name gives the answer away
        False
    """
    import polars as pl

    folders = {label: folder for label in PACKAGES if (folder := _folder(PACKAGES[label]))}
    if len(folders) < MIN_LABELS:
        missing = ", ".join(PACKAGES[label] for label in PACKAGES if label not in folders)
        raise MissingExtraError(
            f"the demo set reads the docstrings of installed libraries and needs {MIN_LABELS} of "
            f"them, but found {len(folders)}; not installed: {missing}. "
            "Install them: pip install 'linnet[train]'"
        )
    label_of: dict[str, str] = {}
    for label, folder in folders.items():
        for each in _texts(folder):
            label_of.setdefault(each.text, label)
    return pl.DataFrame({"text": list(label_of), "label": list(label_of.values())})


def _folder(package: str) -> Path | None:
    """Find the folder of a package without importing it; "" is the standard library."""
    if not package:
        folder = Path(sysconfig.get_path("stdlib"))
        return folder if folder.is_dir() else None
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _texts(folder: Path) -> list[_Text]:
    """Read files in the order of a hash until there are enough texts; sort what was read."""
    seen: dict[str, _Text] = {}
    for module in sorted(_modules(folder), key=_hash):
        found = [each for each in _texts_of(folder, module) if each.text not in seen]
        found.sort(key=lambda each: _hash(each.text))
        seen.update((each.text, each) for each in found[:MAX_TEXTS_PER_FILE])
        if len(seen) >= MAX_TEXTS:
            break
    return sorted(list(seen.values())[:MAX_TEXTS])


def _modules(folder: Path) -> Iterator[str]:
    """List the source files below a folder, by their paths from there."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        here = Path(place).relative_to(folder)
        yield from ((here / name).as_posix() for name in files if name.endswith(".py"))


def _texts_of(folder: Path, module: str) -> Iterator[_Text]:
    source = (folder / module).read_bytes()
    if len(source) > MAX_BYTES or source.count(b'"""') < MIN_QUOTES:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # their escapes are no business of ours
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return  # some packages carry files for other Pythons
    for node in _documented(tree):
        docstring = ast.get_docstring(node) or ""
        text = mask(OPENING_END.split(docstring, maxsplit=1)[0])
        if MIN_LENGTH <= len(text) <= MAX_LENGTH:
            yield _Text(module, getattr(node, "lineno", 0), text)


def _documented(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk modules, classes and methods; what a function hides is no public text."""
    yield node
    if isinstance(node, ast.Module | ast.ClassDef):
        for child in node.body:
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _documented(child)


def mask(text: str) -> str:
    """Replace the libraries' names and their usual short forms by "blank", on one line.

    Example:
        >>> mask("Like np.sum, but MatplotlibError: see scikit-learn.")
        'Like blank.sum, but blankError: see blank.'
        >>> mask("")
        ''
    """
    return NAMES.sub("blank", " ".join(text.split()))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
