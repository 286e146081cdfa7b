"""The tutorials run, and what stands in them is true."""

import ast
import inspect
import re
import shlex
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import nbformat
import pytest
import typer

import linnet
from linnet.cli.main import app
from linnet.config import settings_table

DOCS = Path(__file__).parents[2] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.ipynb"))
COMMAND = re.compile(r"^\$ linnet (.*)$", re.MULTILINE)
LINK = re.compile(r"\[[^]]*\]\(([^)#\s]+)[^)]*\)")
ABSOLUTE = re.compile(r"(?<![\w.<~/:])/[a-z]\w*/\w|\b[A-Z]:\\\\")
SETTINGS = {field.name for field, _ in settings_table()}

each_tutorial = pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def run_tutorials():
    spec = spec_from_file_location("run_tutorials", DOCS / "run_tutorials.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path):
    return nbformat.read(path, as_version=4)


def sources(path, kind):
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def outputs(path):
    return [
        output
        for cell in read(path).cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]  # fmt: skip


def text_of(output):
    return output.get("text") or "".join(output.get("data", {}).values())


def code(path):
    """All code of a notebook; lines for IPython alone are left out."""
    lines = "\n".join(sources(path, "code")).split("\n")
    return ast.parse("\n".join(line for line in lines if not line.startswith("%")))


def calls(tree):
    """Each call of a public function of linnet: its name and its keywords, also those of `**`."""
    dicts = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Dict)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("linnet."):
            names = []
            for keyword in node.keywords:
                names += [keyword.arg] if keyword.arg else _keys(dicts[keyword.value.id], dicts)
            yield node.func.attr, names


def _keys(node, dicts):
    found = []
    for key, value in zip(node.keys, node.values, strict=True):
        found += [key.value] if key else _keys(dicts[value.id], dicts)
    return found


@pytest.mark.slow
@each_tutorial
def test_tutorial_runs(path, run_tutorials, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "work").mkdir()
    assert run_tutorials.run(path, tmp_path / "work").cells


def test_every_tutorial_is_there():
    assert [path.name[:3] for path in TUTORIALS] == ["000", "001", "002", "003", "004"]


@each_tutorial
def test_notebook_is_valid_and_small(path):
    nbformat.validate(read(path))
    assert path.stat().st_size < 250_000


@each_tutorial
def test_outputs_are_stored(path):
    ran = [cell.execution_count for cell in read(path).cells if cell.cell_type == "code"]
    assert ran == list(range(1, len(ran) + 1)), "run: python docs/run_tutorials.py"
    kinds = {kind for output in outputs(path) for kind in output.get("data", {})}
    assert kinds == {"text/plain", "image/png"}
    assert {output.output_type for output in outputs(path)} <= {
        "stream", "display_data", "execute_result"
    }  # fmt: skip
    assert not any(output.get("name") == "stderr" for output in outputs(path))


@each_tutorial
def test_nothing_tells_of_one_machine(path):
    shown = [
        text_of(output) for output in outputs(path) if "image/png" not in output.get("data", {})
    ]
    texts = [*shown, *sources(path, "code"), *sources(path, "markdown")]
    assert [found[0] for text in texts if (found := ABSOLUTE.search(text))] == []
    assert not any("\x1b" in text for text in texts)


@each_tutorial
def test_ends_in_what_the_best_form_gains(path):
    assert "## The best form" in "\n".join(sources(path, "markdown"))
    assert "gain" in text_of(outputs(path)[-1])


@each_tutorial
def test_names_and_settings_exist(path):
    found = list(calls(code(path)))
    assert {"train", "clean", "explore"} <= {name for name, _ in found}
    for name, keywords in found:
        function = getattr(linnet, name)
        known = set(inspect.signature(function).parameters) | SETTINGS
        assert set(keywords) <= known, name


@each_tutorial
def test_commands_parse(path):
    group = typer.main.get_command(app)
    context = group.make_context("linnet", ["--help"], resilient_parsing=True)
    found = [
        shlex.split(line) for text in sources(path, "markdown") for line in COMMAND.findall(text)
    ]
    assert any(words[0] == "recipe" and "--best" in words for words in found)
    for name, *rest in found:
        group.get_command(context, name).make_context(name, rest, parent=context)


@each_tutorial
def test_links_lead_somewhere(path):
    found = [link for text in sources(path, "markdown") for link in LINK.findall(text)]
    assert "../results/recipes.md" in found
    assert [link for link in found if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("text", ["see /ro" + "ot/x", "'/tm" + "p/linnet-1/run'", r"C:\\Users"])
def test_paths_are_found(text):
    assert ABSOLUTE.search(text)


@pytest.mark.parametrize(
    "text", ["", "a/b", "(None, 100)", "https://keras.io/api", "1 / 2", "../x/y"]
)
def test_other_words_are_no_paths(text):
    assert not ABSOLUTE.search(text)


def test_calls_are_found():
    tree = ast.parse("a = {'x': 1}\nb = {**a, 'y': 2}\nlinnet.train(t, **b, z=3)\nlen(t)")
    assert list(calls(tree)) == [("train", ["x", "y", "z"])]
