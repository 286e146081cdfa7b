"""Every call that docs/map.md names exists, with the options it names."""

import ast
import inspect
import re
import shlex
from pathlib import Path

import pytest
import typer

import linnet
from linnet.cli.main import app
from linnet.config import settings_table
from linnet.datasets import DATASETS
from linnet.exploration.explore import Exploration
from linnet.runtime.classifier import Classifier
from linnet.workflows.clean import Cleaned

PAGE = Path(__file__).parents[2] / "docs" / "map.md"
CELL = re.compile(r"`([^`]+)`")
SETTINGS = {field.name for field, _ in settings_table()}
VALUES = {"run": linnet.Run, "clf": Classifier, "found": Exploration, "cleaned": Cleaned}
COLUMN_OF = {"command line": 1, "Python": 2}


def cells(column):
    """The code in one column of all tables."""
    rows = [line for line in PAGE.read_text("utf-8").split("\n") if line.startswith("| ")]
    texts = [line.strip("|").split(" | ")[COLUMN_OF[column]] for line in rows]
    return sorted({code for text in texts for code in CELL.findall(text)})


COMMANDS = sorted(
    {each for each in CELL.findall(PAGE.read_text("utf-8")) if each.startswith("linnet ")}
)
OPTIONS = [each for each in cells("command line") if each.startswith("--")]
CALLS = [each for each in cells("Python") if each.startswith(("linnet.", "fetch(", *VALUES))]


def names_of(value):
    fields = getattr(value, "__dataclass_fields__", {})
    return {*dir(value), *fields}


def unknown(code):
    """What a call names and linnet does not have."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = linnet if node.value.id == "linnet" else VALUES.get(node.value.id)
            if owner is not None and node.attr not in names_of(owner):
                found.append(ast.unparse(node))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "fetch":
            found += [each.value for each in node.args if each.value not in DATASETS]
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("linnet."):
            function = getattr(linnet, node.func.attr, None)
            known = SETTINGS | set(inspect.signature(function).parameters) if function else set()
            found += [each.arg for each in node.keywords if each.arg not in known]
    return found


def parse(words):
    """Parse a command line, and run nothing."""
    command = typer.main.get_command(app)
    context = command.make_context("linnet", ["--help"], resilient_parsing=True)
    while hasattr(command, "get_command") and words:
        name, *words = words
        command = command.get_command(context, name)
        assert command is not None, f"no command {name!r}"
        context = command.make_context(name, list(words), parent=context, resilient_parsing=False)


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_parse(line):
    parse(shlex.split(line)[1:])


@pytest.mark.parametrize("line", OPTIONS)
def test_options_are_those_of_train(line):
    parse(["train", "FILE", *shlex.split(line)])


@pytest.mark.parametrize("code", CALLS)
def test_calls_exist(code):
    assert unknown(code) == []


def test_every_tutorial_has_a_table():
    text = PAGE.read_text("utf-8")
    assert re.findall(r"^## (\d{3}):", text, re.MULTILINE) == ["000", "001", "002", "003", "004"]
    assert min(len(COMMANDS), len(OPTIONS), len(CALLS)) > 30


def test_what_is_unknown_is_found():
    assert unknown("linnet.train(table, epoch=1)") == ["epoch"]
    assert unknown("linnet.trein(table)") == ["linnet.trein"]
    assert unknown("fetch('imbd')") == ["imbd"]
    assert unknown("run.plot_histori()") == ["run.plot_histori"]
    assert unknown("found.lengths.bins") == []
