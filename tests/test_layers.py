"""Who may import whom: the table, the check that enforces it, and proof that the check can fail."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "linnet"


@dataclass(frozen=True)
class Layer:
    """What the files of one folder may import; names are separated by spaces.

    Attributes:
        linnet: Other folders of linnet, anywhere in a file. The floor is always allowed.
        third: Third parties at import time. Inside functions and for typing all others are
            free, but for those in `never`.
        never: Third parties that are forbidden everywhere; "*" forbids all but `third`.
        inside: Further folders of linnet, only inside functions and for typing.
    """

    linnet: str = ""
    third: str = ""
    never: str = ""
    inside: str = ""


KERAS = "keras jax torch tensorflow"
COMPUTES = f"{KERAS} onnx onnxruntime scipy sklearn polars"
FLOOR = ["errors", "types", "registry", "config", "files", "processes", "version"]
WORK = (
    "tables text exploration splitting evaluation models artifact training compression comparison "
    "runtime reporting batch serving"
)

LAYERS = {
    "floor": Layer(third="numpy"),
    "tables": Layer(third="numpy polars", never=KERAS),
    "text": Layer(third="numpy scipy polars", never=KERAS),
    "exploration": Layer("text", third="numpy polars", never=KERAS),
    "splitting": Layer("text", third="numpy polars", never=KERAS),
    "evaluation": Layer(third="numpy", never=KERAS),
    "models": Layer(third="numpy"),
    "artifact": Layer(third="numpy safetensors", never=KERAS),
    "training": Layer("text models evaluation artifact", third="numpy scipy"),
    "compression": Layer("text models artifact", third="numpy polars", never=KERAS),
    "comparison": Layer("training evaluation splitting", third="numpy"),
    "runtime": Layer("text artifact", third="numpy onnxruntime polars", never=KERAS),
    "reporting": Layer(never=COMPUTES),
    "batch": Layer("runtime tables", never=KERAS),
    "serving": Layer("runtime", third="numpy fastapi", never=KERAS),
    "workflows": Layer(inside=WORK),
    "estimator": Layer(third="numpy sklearn", inside=f"{WORK} workflows"),
    "linnet": Layer(inside=f"{WORK} workflows estimator"),  # __init__.py: the public names
    "datasets": Layer("linnet"),
    "recipes": Layer("linnet datasets"),
    "cli": Layer("workflows recipes datasets", third="typer rich", never="*"),
}

# Files that may import more than their folder: third parties at import time too, folders of
# linnet only inside functions.
FILES = {
    "training/engines/keras.py": "keras",
    "training/engines/jax_steps.py": "jax",
    "training/engines/data_parallel.py": "jax",
    "training/engines/recurrence.py": "jax",
    "runtime/keras_fallback.py": "keras linnet.models",
    "batch/ray_pool.py": "ray",
}

When = Literal["import", "typing", "inside"]


@dataclass(frozen=True)
class Import:
    name: str
    line: int
    when: When


def imports(path: str, source: str) -> Iterator[Import]:
    """Find what a file imports, by statement, by `require(...)` or by "linnet.module:name"."""
    package = ["linnet", *Path(path).parts[:-1]]
    yield from _imports(ast.parse(source), package, "import")


def _imports(node: ast.AST, package: list[str], when: When) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        # A name in a string is loaded when it is asked for.
        now: When = "inside" if isinstance(child, ast.Constant) else when
        for name in _names(child, package):
            yield Import(name, getattr(child, "lineno", 0), now)
        yield from _imports(child, package, _when(child, when))


def _names(node: ast.AST, package: list[str]) -> list[str]:
    match node:
        case ast.Import(names):
            return [each.name for each in names]
        case ast.ImportFrom(module, names, level):
            base = package[: len(package) - level + 1] if level else []
            start = ".".join([*base, *([module] if module else [])])
            # `from linnet import text` names a folder, `from linnet import train` does not.
            folders = {*LAYERS, *FLOOR}
            return [f"linnet.{e.name}" if start == "linnet" and e.name in folders else start
                    for e in names]  # fmt: skip
        case ast.Call(ast.Name(called) | ast.Attribute(attr=called), [ast.Constant(str(name)), *_]):
            return [name] if called in {"require", "import_module", "__import__"} else []
        case ast.Constant(str(name)) if re.fullmatch(r"linnet(\.\w+)+:\w+", name):
            return [name.partition(":")[0]]
    return []


def _when(node: ast.AST, when: When) -> When:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return "inside"
        case ast.If(ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return "typing" if when == "import" else when
    return when


def folder(path: str) -> str:
    """Return the row of the table for a path below src/linnet."""
    first = Path(path).parts[0].removesuffix(".py")
    return {"__init__": "linnet", "__main__": "cli"}.get(
        first, "floor" if first in FLOOR else first
    )


def target(name: str) -> str:
    """Return the row of the table for a module of linnet: "linnet.text.words" -> "text"."""
    parts = name.split(".")
    return folder(parts[1]) if len(parts) > 1 else "linnet"


def mistakes(path: str, source: str) -> list[str]:
    """Say what in a file of linnet breaks the table."""
    here = folder(path)
    if here not in LAYERS:
        return [f"{path}: the folder {here!r} is not in the table"]
    found = [(each, _mistake(path, LAYERS[here], each)) for each in imports(path, source)]
    return [f"{path}:{each.line}: {here} {what}" for each, what in found if what]


def _mistake(path: str, layer: Layer, found: Import) -> str | None:
    top = found.name.partition(".")[0]
    if top == "linnet":
        return _own_mistake(path, layer, found)
    extra = FILES.get(path, "").split()
    if top in sys.stdlib_module_names or top in [*layer.third.split(), *extra]:
        return None
    if layer.never == "*" or top in layer.never.split():
        return f"must never import {top}"
    if found.when == "import":
        return f"must not import {top} at import time"
    return None


def _own_mistake(path: str, layer: Layer, found: Import) -> str | None:
    there = target(found.name)
    allowed = {folder(path), "floor", *layer.linnet.split()}
    if there in allowed:
        return None
    late_only = {each.removeprefix("linnet.") for each in FILES.get(path, "").split()}
    if there in late_only.union(layer.inside.split()):
        late = found.when != "import"
        return None if late else f"may import {found.name} only inside functions"
    return f"must not import {found.name}"


def files() -> list[str]:
    return sorted(each.relative_to(SOURCE).as_posix() for each in SOURCE.rglob("*.py"))


def read(path: str) -> str:
    return (SOURCE / path).read_text("utf-8")


def test_every_import_is_in_the_table():
    found = [each for path in files() for each in mistakes(path, read(path))]
    assert found == [], "\n".join(found)


def test_table_has_no_cycle():
    order = TopologicalSorter(
        {name: {"floor", *f"{row.linnet} {row.inside}".split()} - {name}
         for name, row in LAYERS.items()}
    )  # fmt: skip
    assert set(order.static_order()) == set(LAYERS)


def test_folders_have_no_cycle():
    edges: dict[str, set[str]] = {}
    for path in files():
        for found in imports(path, read(path)):
            if found.name.partition(".")[0] == "linnet":
                edges.setdefault(folder(path), set()).add(target(found.name))
    try:
        TopologicalSorter({name: to - {name} for name, to in edges.items()}).prepare()
    except CycleError as error:
        pytest.fail(f"folders import each other: {' -> '.join(error.args[1])}")


ALLOWED = {
    "empty file": ("text/a.py", ""),
    "standard library": ("cli/a.py", "import json, os.path"),
    "floor": ("text/a.py", "from linnet.errors import DataError\nfrom linnet import types"),
    "floor to floor": ("config.py", "from linnet.registry import unknown"),
    "own folder": ("models/a.py", "from linnet.models.layers.dense import Dense"),
    "own folder, relative": ("models/layers/a.py", "from ..model import Model\nfrom . import b"),
    "an edge of the table": ("exploration/a.py", "import linnet.text.words"),
    "third party of the table": ("text/a.py", "import scipy.sparse"),
    "third party, late": ("models/a.py", "def f():\n    import keras"),
    "third party, for typing": ("reporting/a.py", "if TYPE_CHECKING:\n    import matplotlib"),
    "the named file": ("training/engines/keras.py", "import keras"),
    "the fallback": ("runtime/keras_fallback.py", "def f():\n    import keras"),
    "the fallback's models": ("runtime/keras_fallback.py", "def f():\n    import linnet.models.a"),
    "workflow, late": ("workflows.py", "def f():\n    from linnet.training import fit"),
    "public names, for typing": ("__init__.py", "if TYPE_CHECKING:\n    import linnet.workflows"),
    "public names, by name": ("__init__.py", 'N = {"train": "linnet.workflows:train"}'),
    "a table of names": ("models/a.py", 'MODELS = {"a": "linnet.models.a:layers"}'),
    "a name in words": ("text/a.py", '"""Not linnet.training.loop:fit, only words."""'),
    "the public names": ("datasets/a.py", "import linnet\nfrom linnet import train"),
}

FORBIDDEN = {
    "a folder upwards": ("text/a.py", "from linnet.training import fit"),
    "upwards, late": ("text/a.py", "def f():\n    from linnet.training import fit"),
    "upwards, for typing": ("text/a.py", "if TYPE_CHECKING:\n    from linnet.runtime import C"),
    "upwards, typing.": ("text/a.py", "if typing.TYPE_CHECKING:\n    import linnet.runtime"),
    "upwards, relative": ("text/a.py", "from ..training import fit"),
    "upwards, from the root": ("text/a.py", "from linnet import training"),
    "upwards, from two dots": ("text/a.py", "from .. import training"),
    "upwards, by name": ("text/a.py", 'N = {"fit": "linnet.training.loop:fit"}'),
    "upwards, in a class": ("text/a.py", "class A:\n    import linnet.training"),
    "upwards, in a try": (
        "text/a.py",
        "try:\n    import linnet.cli\nfinally:\n    pass",
    ),
    "the floor upwards": ("files.py", "import linnet.text"),
    "the public names": ("text/a.py", "from linnet import train"),
    "third party outside the table": ("evaluation/a.py", "import sklearn.metrics"),
    "third party, by name": ("models/a.py", 'keras = require("keras", extra="train")'),
    "third party, in a table": ("models/a.py", 'T = {"k": require("keras", "train")}'),
    "keras": ("runtime/a.py", "def f():\n    import keras"),
    "keras, for typing": ("runtime/a.py", "if TYPE_CHECKING:\n    import keras"),
    "the fallback's models, at once": ("runtime/keras_fallback.py", "import linnet.models.heads"),
    "models elsewhere": ("runtime/a.py", "def f():\n    import linnet.models.heads"),
    "keras, by name": ("batch/a.py", 'def f():\n    require("keras", extra="train")'),
    "keras's engine": ("serving/a.py", "async def f():\n    import jax.numpy"),
    "keras outside its file": ("training/loop.py", "import keras"),
    "workflow, at once": ("workflows.py", "from linnet.training import fit"),
    "workflow to cli": ("workflows.py", "def f():\n    import linnet.cli"),
    "private modules": ("datasets/a.py", "from linnet.text import words"),
    "cli past the workflows": ("cli/a.py", "def f():\n    from linnet.training import fit"),
    "cli computes": ("cli/a.py", "def f():\n    import polars"),
    "a report computes": ("reporting/a.py", "def f():\n    import scipy"),
    "an unknown folder": ("helpers/a.py", ""),
    "import of an unknown folder": ("text/a.py", "import linnet.helpers"),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_check_lets_pass(case):
    assert mistakes(*ALLOWED[case]) == []


@pytest.mark.parametrize("case", FORBIDDEN)
def test_check_finds(case):
    assert len(mistakes(*FORBIDDEN[case])) == 1


def test_check_names_the_file_and_the_line():
    assert mistakes("text/a.py", "\nimport linnet.cli") == [
        "text/a.py:2: text must not import linnet.cli"
    ]


IMPORT_LINNET = """
import json, logging, os, sys
environment, handlers = dict(os.environ), list(logging.root.handlers)
import linnet
loggers = [each for each in logging.root.manager.loggerDict.values() if hasattr(each, "handlers")]
print(json.dumps({
    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
    "environment": dict(os.environ) == environment,
    "handlers": logging.root.handlers == handlers and not any(each.handlers for each in loggers),
}))
"""


def test_import_linnet_is_light_and_leaves_no_trace():
    spec = find_spec("linnet")
    if spec is None or spec.origin is None:
        pytest.skip("linnet/__init__.py is not there")
    shown = subprocess.run(
        [sys.executable, "-c", IMPORT_LINNET], capture_output=True, text=True, check=True
    )
    state = json.loads(shown.stdout)
    heavy = "keras jax torch tensorflow onnxruntime polars scipy sklearn matplotlib pandas typer"
    assert set(heavy.split()) & set(state["modules"]) == set()
    assert state["environment"], "import linnet changed the environment"
    assert state["handlers"], "import linnet set up logging"
    assert shown.stderr == ""
