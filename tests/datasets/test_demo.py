import hashlib
import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.datasets import demo, demo_table
from linnet.errors import MissingExtraError


@pytest.fixture(scope="module")
def table():
    return demo_table()


def test_it_is_large_and_even(table):
    assert table.columns == ["text", "label"]
    assert table.height >= 3_000
    counts = dict(table["label"].value_counts().rows())
    assert set(counts) == set(demo.PACKAGES)
    assert max(counts.values()) <= demo.MAX_TEXTS
    assert min(counts.values()) >= demo.MAX_TEXTS / 2


def test_texts_are_words_on_one_line_and_occur_once(table):
    assert table["text"].n_unique() == table.height
    lengths = table["text"].str.len_chars()
    assert lengths.min() >= demo.MIN_LENGTH
    assert lengths.max() <= demo.MAX_LENGTH
    assert not table["text"].str.contains(r"\n|  |>>>|^\s|\s$").any()


def test_no_name_gives_the_label_away(table):
    names = {*demo.PACKAGES, *demo.PACKAGES.values()} - {""}
    for name in names:
        assert not table["text"].str.contains(f"(?i){re.escape(name)}").any(), name
    for short in ("np", "jnp", "lax", "pl", "plt", "mpl"):
        assert not table["text"].str.contains(rf"(?i)\b{short}\b").any(), short


FRESH = """
import hashlib, json, sys
from linnet.datasets import demo_table
table = demo_table()
print(json.dumps([hashlib.sha256(json.dumps(table.rows()).encode()).hexdigest(), *sys.modules]))
"""


def test_fresh_process_reads_the_same_and_imports_no_library(table):
    run = [sys.executable, "-W", "error", "-c", FRESH]
    shown = subprocess.run(run, capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    sum_there, *modules = json.loads(shown.stdout)
    assert sum_there == hashlib.sha256(json.dumps(table.rows()).encode()).hexdigest()
    assert set(modules) & {"jax", "keras", "matplotlib", "scipy", "sklearn"} == set()


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Six made-up packages: `made_up_0` to `made_up_5`, each with one text."""
    names = [f"made_up_{number}" for number in range(6)]
    for name in names:
        (tmp_path / name).mkdir()
        write(tmp_path / name / "__init__.py", text(f"Only in {name}"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(demo, "PACKAGES", {name: name for name in names})
    monkeypatch.setattr(demo, "MIN_QUOTES", 0)
    return tmp_path


def text(start):
    return f"{start}: {'words and more words, ' * 3}that is all."


def write(path, *docstrings):
    path.parent.mkdir(exist_ok=True)
    lines = [f"def f{number}():\n    '''{each}'''" for number, each in enumerate(docstrings)]
    path.write_text('"""Short."""\n' + "\n".join(lines), encoding="utf-8")


def texts_of(label):
    table = demo_table()
    return [text for text, each in table.rows() if each == label]


def test_one_text_a_label(packages):
    assert demo_table().rows() == [(text(f"Only in {name}"), name) for name in demo.PACKAGES]


def test_text_of_two_labels_is_kept_once(packages):
    write(packages / "made_up_3" / "copy.py", text("Only in made_up_1"), text("Own"))
    assert texts_of("made_up_1") == [text("Only in made_up_1")]
    assert texts_of("made_up_3") == [text("Only in made_up_3"), text("Own")]


def test_one_file_gives_only_some_of_the_texts(packages):
    many = [text(f"Number {number}") for number in range(demo.MAX_TEXTS_PER_FILE + 9)]
    write(packages / "made_up_0" / "many.py", *many)
    found = texts_of("made_up_0")
    assert len(found) == demo.MAX_TEXTS_PER_FILE + 1
    assert found[1:] == [each for each in many if each in found], "sorted by line"


def test_one_label_gives_only_some_of_the_texts(packages, monkeypatch):
    monkeypatch.setattr(demo, "MAX_TEXTS", 4)
    for number in range(9):
        write(packages / "made_up_0" / f"part{number}.py", text(f"Part {number}"))
    assert len(texts_of("made_up_0")) == 4


@pytest.mark.parametrize("folder", ["tests", "_vendor", "site-packages"])
def test_some_folders_are_left_out(packages, folder):
    write(packages / "made_up_0" / folder / "a.py", text("Not this one"))
    assert texts_of("made_up_0") == [text("Only in made_up_0")]


def test_files_for_other_pythons_are_left_out(packages):
    (packages / "made_up_0" / "old.py").write_text('"""Old."""\nprint "hello"\n', encoding="utf-8")
    (packages / "made_up_0" / "null.py").write_bytes(b'"""\0"""')
    (packages / "made_up_0" / "latin.py").write_bytes(b'"""\xe9"""')
    assert texts_of("made_up_0") == [text("Only in made_up_0")]


def test_odd_escapes_are_read_without_a_warning(packages):
    write(packages / "made_up_0" / "odd.py", text(r"A \d escape"))
    assert text(r"A \d escape") in texts_of("made_up_0")


@pytest.mark.parametrize(
    "section", ["Parameters\n    ------", "Args:\n", "Example::\n", ">>> f()", ":param x: y", "```"]
)
def test_text_ends_where_a_section_begins(packages, section):
    write(packages / "made_up_0" / "a.py", text("Opening") + f"\n\n    {section}\n    more words")
    assert text("Opening") in texts_of("made_up_0")


def test_a_missing_library_is_left_out(packages, monkeypatch):
    monkeypatch.setattr(demo, "PACKAGES", {**demo.PACKAGES, "missing": "made_up_missing"})
    assert demo_table()["label"].n_unique() == 6


def test_too_few_libraries_say_what_to_install(packages, monkeypatch):
    monkeypatch.setattr(demo, "PACKAGES", {**demo.PACKAGES, "made_up_0": "made_up_missing"})
    found = r"needs 6 of them, but found 5; not installed: made_up_missing.*pip install 'linnet\["
    with pytest.raises(MissingExtraError, match=found):
        demo_table()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("", ""),
        (" \n ", ""),
        ("import numpy as np", "import blank as blank"),
        ("See numpy.linalg.norm and np.sum.", "See blank.linalg.norm and blank.sum."),
        ("KERAS_BACKEND, jax_enable_x64", "blank_BACKEND, blank_enable_x64"),
        ("MatplotlibDeprecationWarning", "blankDeprecationWarning"),
        ("scikit-learn, scikit_learn, sklearn", "blank, blank, blank"),
        ("input, relaxed, plural, spline", "input, relaxed, plural, spline"),
        ("naïve\n  日本語 plt.plot", "naïve 日本語 blank.plot"),
    ],
)
def test_mask(text, masked):
    assert demo.mask(text) == masked


@given(st.text(), st.sampled_from(["numpy", "Keras", "JAX", "scikit-learn"]), st.text())
def test_mask_finds_a_name_anywhere(before, name, after):
    masked = demo.mask(f"{before}{name}{after}")
    assert name.lower() not in masked.lower()
    assert demo.mask(masked) == masked
