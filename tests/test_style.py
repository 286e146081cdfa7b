"""The parts of the style that a machine can count, and proof that the counting can fail."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "linnet"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Rule: TypeAlias = "Callable[[Code], str | None]"

# Rule -> "file:function" or "folder/" -> why it does not apply there.
EXCEPTIONS = {
    "at most 6 parameters": {
        "cli/": "a command's parameters are its options",
        "models/recurrent.py:layers": "an architecture's parameters are the options a user can set",
    },
    "keyword-only after the second": {
        "cli/": "a command's parameters are its options",
        "registry.py:resolve": "table, name, what: reads as a sentence",
        "registry.py:unknown": "what, name, known: reads as a sentence",
    },
    "an example": {
        "cli/": "the examples of a command are in its --help",
        "serving/": "an example would need a running server",
        "files.py:write_text": "as write_bytes",
        "files.py:write_json": "as write_bytes",
        "files.py:new_folder": "as write_bytes",
        "files.py:refuse_existing": "as write_bytes",
        "files.py:cache_folder": "differs from machine to machine",
    },
}


@dataclass(frozen=True)
class Code:
    """One function: where it stands, whether it is a method, whether users call it."""

    path: str
    node: Function
    method: bool
    public: bool

    @property
    def name(self) -> str:
        return f"{self.path}:{self.node.name}"

    @property
    def num_lines(self) -> int:
        first = self.node.body[0]
        has_docstring = ast.get_docstring(self.node) is not None
        docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
        return (self.node.end_lineno or 0) - self.node.lineno + 1 - docstring

    @property
    def positional(self) -> list[str]:
        names = [each.arg for each in [*self.node.args.posonlyargs, *self.node.args.args]]
        return names[1:] if self.method and names[:1] in (["self"], ["cls"]) else names


def functions(path: str, source: str) -> Iterator[Code]:
    """Find every function of a file, methods and nested ones too."""
    tree = ast.parse(source)
    methods = {
        id(each) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for each in node.body
    }
    hidden = any(part.startswith("_") for part in Path(path).parts if part != "__init__.py")
    for node in ast.walk(tree):
        if isinstance(node, Function):
            public = node in tree.body and not node.name.startswith("_") and not hidden
            yield Code(path, node, id(node) in methods, public)


def too_many_lines(code: Code) -> str | None:
    return f"{code.num_lines} lines" if code.num_lines > 60 else None


def too_many_parameters(code: Code) -> str | None:
    num_parameters = len(code.positional) + len(code.node.args.kwonlyargs)
    return f"{num_parameters} parameters" if num_parameters > 6 else None


def too_many_positions(code: Code) -> str | None:
    if code.public and len(code.positional) > 2:
        return f"{', '.join(code.positional[2:])} should be keyword-only"
    return None


def no_example(code: Code) -> str | None:
    docstring = ast.get_docstring(code.node) or ""
    shown = re.search(r"^Example:\n +>>> ", docstring, re.MULTILINE)
    return "no 'Example:' with >>> in the docstring" if code.public and not shown else None


RULES: dict[str, Rule] = {
    "at most 60 lines": too_many_lines,
    "at most 6 parameters": too_many_parameters,
    "keyword-only after the second": too_many_positions,
    "an example": no_example,
}


def excused(code: Code, rule: str) -> bool:
    return any(
        code.name == key or (key.endswith("/") and code.path.startswith(key))
        for key in EXCEPTIONS.get(rule, {})
    )


def percentile_95(counts: list[int]) -> int:
    """Return the smallest count that at least 95 % of the counts do not exceed."""
    return sorted(counts)[-(-len(counts) * 95 // 100) - 1]


def bad_file(path: str, source: str) -> str | None:
    """Say what is wrong with a file as a whole: its name, its length, a class's name."""
    if Path(path).stem in {"utils", "util", "helpers", "common", "misc"}:
        return f"{path}: a file is named after what is in it"
    if (num_lines := source.count("\n")) > 400:
        return f"{path}: {num_lines} lines, at most 400"
    manager = re.search(r"^\s*class (\w*Manager)\b", source, re.MULTILINE)
    return f"{path}: {manager[1]}: a Manager says nothing of what it does" if manager else None


def sources() -> dict[str, str]:
    paths = sorted(SOURCE.rglob("*.py"))
    return {each.relative_to(SOURCE).as_posix(): each.read_text("utf-8") for each in paths}


def all_functions() -> list[Code]:
    return [code for path, source in sources().items() for code in functions(path, source)]


@pytest.mark.parametrize("rule", RULES)
def test_every_function_keeps(rule):
    broken = {code.name: RULES[rule](code) for code in all_functions() if not excused(code, rule)}
    found = [f"{name}: {what}" for name, what in broken.items() if what]
    assert found == [], "\n".join(found)


def test_long_functions_are_rare():
    assert percentile_95([code.num_lines for code in all_functions()]) <= 40


def test_every_file_is_short_and_named_after_what_is_in_it():
    found = [bad for path, source in sources().items() if (bad := bad_file(path, source))]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("rule", EXCEPTIONS)
def test_every_exception_is_needed(rule):
    broken = [code for code in all_functions() if RULES[rule](code)]
    keys = [key for key in EXCEPTIONS[rule] if not key.endswith("/")]
    assert [key for key in keys if key not in {code.name for code in broken}] == []


MANY = ", ".join(f"p{number}" for number in range(7))
EXAMPLE = '"""Do.\n\n    Example:\n        >>> 1\n        1\n    """'

BROKEN = {
    "a long function": ("at most 60 lines", "def f():\n" + "    1\n" * 60),
    "a long method": ("at most 60 lines", "class A:\n  def f(self):\n" + "    1\n" * 60),
    "many parameters": ("at most 6 parameters", f"def f({MANY}): 1"),
    "many keywords": ("at most 6 parameters", f"def f(*, {MANY}): 1"),
    "many in a private function": ("at most 6 parameters", f"def _f({MANY}): 1"),
    "many in a method": ("at most 6 parameters", f"class A:\n  def f(self, {MANY}): 1"),
    "three positions": ("keyword-only after the second", "def f(a, b, c): 1"),
    "no docstring": ("an example", "def f(): 1"),
    "no example": ("an example", 'def f():\n    """Do."""'),
    "an example in words": (
        "an example",
        'def f():\n    """Do.\n\n    Example:\n        1\n    """',
    ),
}

KEPT = {
    "60 lines": ("at most 60 lines", "def f():\n" + "    1\n" * 59),
    "a long docstring": ("at most 60 lines", 'def f():\n    """Do.' + "\n" * 60 + '"""\n    1'),
    "6 parameters": ("at most 6 parameters", "class A:\n  def f(self, a, b, c, d, e, f): 1"),
    "two positions": ("keyword-only after the second", "def f(a, b, *, c): 1"),
    "a private function": ("keyword-only after the second", "def _f(a, b, c): 1"),
    "a method": ("an example", "class A:\n  def f(self): 1"),
    "an example": ("an example", f"def f():\n    {EXAMPLE}"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_rule_finds(case):
    rule, source = BROKEN[case]
    assert [RULES[rule](code) for code in functions("text/a.py", source)] != [None]


@pytest.mark.parametrize("case", KEPT)
def test_rule_lets_pass(case):
    rule, source = KEPT[case]
    assert [RULES[rule](code) for code in functions("text/a.py", source)] == [None]


@pytest.mark.parametrize(
    ("counts", "expected"), [([7], 7), (list(range(1, 101)), 95), ([1] * 19 + [50], 1)]
)
def test_percentile(counts, expected):
    assert percentile_95(counts) == expected


def test_file_rules():
    assert bad_file("text/words.py", "") is None
    assert bad_file("text/utils.py", "") == "text/utils.py: a file is named after what is in it"
    assert bad_file("text/words.py", "\n" * 401) == "text/words.py: 401 lines, at most 400"
    assert "RunManager" in (bad_file("text/words.py", "class RunManager:\n    pass\n") or "")


# What ties a checkout to one machine or one package source.
PLACES = re.compile(
    r"(?<![\w.~])/(?:root|home/\w+|Users/\w+|work/\w+|opt/(?:pypi|wheels))\b"
    r"|\bpypi\.(?:org|python)|pythonhosted\.|registry\.npmjs|\bdeb\.debian\.|conda\.anaconda"
    r"|\b(?:extra-)?index[-]url\b|\bfile:///\w",
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_source_or_a_place_on_one_machine():
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "ignore")
        for number, line in enumerate(text.split("\n"), start=1):
            if place := PLACES.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {place[0]}")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("line", ["see /ro" + "ot/x", "/ho" + "me/ann/x", "https://py" + "pi.org"])
def test_places_are_found(line):
    assert PLACES.search(line)


@pytest.mark.parametrize("line", ["", "the root/x", "~/home/x", "a/home/b", "model/root"])
def test_other_words_are_no_places(line):
    assert not PLACES.search(line)
