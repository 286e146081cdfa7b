"""A user's own model: finding the function, calling it, refusing what does not fit."""

from types import SimpleNamespace

import pytest

from linnet.errors import ConfigError
from linnet.models.custom import call_build, custom_build, is_custom
from linnet.models.model import Sizes

SIZES = Sizes(num_ids=9, length=4, outputs=3)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "eigen modell é.py"
    path.write_text("number = 3\n\ndef build(sizes, units=2):\n    return sizes, units\n", "utf-8")
    return path


def test_a_name_with_a_file_is_custom():
    assert [is_custom(name) for name in ("", "lstm", "a.py", "a.py:b")] == [False] * 3 + [True]


def test_the_function_is_found(file):
    assert custom_build(f"{file}:build")(SIZES, units=5) == (SIZES, 5)


@pytest.mark.parametrize(
    ("ending", "message"),
    [
        (":", "has no function ''"),
        (":built", "has no function 'built'"),
        (":number", "no function"),
    ],
)
def test_no_such_function(file, ending, message):
    with pytest.raises(ConfigError, match=message):
        custom_build(f"{file}{ending}")


def test_no_such_file(tmp_path):
    with pytest.raises(ConfigError, match=r"there is no file .*none\.py"):
        custom_build(f"{tmp_path / 'none.py'}:build")


def test_a_file_of_another_kind(tmp_path):
    (tmp_path / "a.py:b.txt").write_text("")
    with pytest.raises(ConfigError, match="cannot be imported"):
        custom_build(f"{tmp_path / 'a.py:b.txt'}:build")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import no_such_module_é", r"ModuleNotFoundError: No module named 'no_such_module_é'"),
        ("1 / 0", r"ZeroDivisionError"),
        ("def build(:", r"SyntaxError"),
    ],
)
def test_a_file_that_fails(file, code, message):
    file.write_text(code, "utf-8")
    with pytest.raises(ConfigError, match=rf"modell é\.py cannot be imported: (?s:.*){message}"):
        custom_build(f"{file}:build")


def test_a_function_that_fails():
    with pytest.raises(ConfigError, match="<lambda> failed: ZeroDivisionError: division by zero"):
        call_build(lambda sizes: 1 / 0, SIZES, options={})


def build(sizes, units=2):
    return SimpleNamespace(output_shape=(None, units))


def test_what_the_function_returns_is_checked():
    assert call_build(build, SIZES, options={"units": 3}).output_shape == (None, 3)
    with pytest.raises(ConfigError, match=r"output shape \(None, 3\), not \(None, 2\)"):
        call_build(build, SIZES, options={})
    with pytest.raises(ConfigError, match="build takes no option 'hidden': it takes units"):
        call_build(build, SIZES, options={"hidden": ()})
    with pytest.raises(ConfigError, match=r"must return a keras\.Model .*, not NoneType"):
        call_build(lambda sizes: None, SIZES, options={})
