"""README.md and docs: every command and every snippet works, every link leads somewhere."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

pytest.importorskip("matplotlib", reason="the snippets train and draw")

from linnet.cli.main import app
from linnet.files import write_text

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^]]*\]\(([^)#\s]+)[^)]*\)")

QUESTIONS = {
    "python": ["reverse a list", "sort a dict", "a list of lists", "import a module"],
    "javascript": ["await a promise", "a closure in a loop", "the dom of a page", "undefined var"],
}


def blocks(page, language):
    return [code for name, code in BLOCK.findall(page.read_text("utf-8")) if name == language]


def commands(page):
    lines = "".join(blocks(page, "console") + blocks(page, "sh")).split("\n")
    split = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]
    return [words[1:] for words in split if words[:1] == ["linnet"]]


ELSEWHERE = (
    "data",
    "recipe",
    "serve",
)  # commands that are parsed here, and run in tests of their own


def offline(page):
    return [words for words in commands(page) if words[0] not in ELSEWHERE]


def first(command):
    return next(words for words in commands(README) if words[0] == command)


def table(words):
    rows = [
        f"{word} {question},{tag}"
        for word in words
        for tag, questions in QUESTIONS.items()
        for question in questions
    ]
    return "post,tag\n" + "\n".join(rows) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the tables that README speaks of."""
    write_text(tmp_path / "posts.csv", table(["how", "why", "when", "please", "can", "help"]))
    write_text(tmp_path / "more.csv", table(["hello"]))
    newswires = [f"{part},{label},{label} rose by {row} in the {part}" for part in ("train", "test")
                 for row in range(30) for label in ("grain", "crude")]  # fmt: skip
    write_text(tmp_path / "reuters46.csv", "\n".join(["split,topic,text", *newswires]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_readme_has_what_is_tested():
    assert {words[0] for words in commands(README)} >= {
        "explore", "train", "predict", "evaluate", "verify"
    }  # fmt: skip
    assert len(blocks(README, "python")) == 3


def run(command):
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, f"linnet {shlex.join(command)}\n{result.output}"


def test_python_snippets_run(folder):
    names: dict[str, object] = {}
    for code in blocks(README, "python"):
        exec(compile(code, "README.md", "exec"), names)
    assert (folder / "history.png").stat().st_size > 1000
    assert names["clf"].predict(["reverse a list"]) == ["python"]
    assert names["model"].predict(["reverse a list"]).shape == (1, 1)


def test_commands_run(folder):
    for command in offline(README):
        run(command)
    assert (folder / "labelled.csv").read_text("utf-8").startswith("post,tag,predicted,score\n")
    assert (folder / "so" / "report.html").is_file()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES[1:] if blocks(page, "python") or commands(page)],
    ids=lambda page: page.name,
)
def test_pages_run(page, folder):
    """Snippets that begin with a file's name are that file; the run so/ is there."""
    run(first("train"))
    names: dict[str, object] = {}
    for code in blocks(page, "python"):
        if file := re.match(r"# (\w+\.py)\n", code):
            write_text(folder / file[1], code)
        else:
            exec(compile(code, page.name, "exec"), names)
    for command in offline(page):
        run(command)


def names_of_files(page):
    """The first column of the table of what a run leaves."""
    cells = re.findall(r"^\| (`[\w.]+/?`(?:, `[\w.]+`)*) \|", page.read_text("utf-8"), re.MULTILINE)
    return re.findall(r"`([\w.]+)/?`", " ".join(cells))


def test_a_run_leaves_what_readme_lists(folder):
    CliRunner().invoke(app, first("train"))
    assert sorted(names_of_files(README)) == sorted(path.name for path in (folder / "so").iterdir())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_parse(page):
    group = typer.main.get_command(app)
    context = group.make_context("linnet", ["--help"], resilient_parsing=True)
    for name, *rest in commands(page):
        command = group.get_command(context, name)
        assert command is not None, f"{page.name}: no command {name!r}"
        command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    found = [each for each in LINK.findall(page.read_text("utf-8")) if "://" not in each]
    missing = [link for link in found if not (page.parent / link.partition("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_even(page):
    """A pipe within a cell would be one more column."""
    head = 0
    for line in page.read_text("utf-8").split("\n"):
        columns = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (head and columns) or columns == head, line
        head = columns
