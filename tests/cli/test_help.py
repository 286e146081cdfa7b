"""The help: every setting is an option, in its group, with its default."""

import re

import pytest
from typer.main import get_command

from linnet.cli.main import app
from linnet.config import settings_table

COMMANDS = list(get_command(app).commands)


def test_commands_stand_in_the_order_of_the_work(linnet):
    shown = linnet("--help")
    assert shown.code == 0
    assert shown.out.startswith("Usage: linnet [OPTIONS] COMMAND")
    listed = re.findall(r"^  ([\w-]+)  +[A-Z]", shown.out.partition("Commands:")[2], re.MULTILINE)
    assert listed == COMMANDS
    assert "..." not in shown.out.partition("Commands:")[2], "a description is cut short"


def test_no_command_shows_the_help(linnet):
    shown = linnet()
    assert shown.code == 2
    assert "Commands:" in shown.out + shown.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(linnet, command):
    shown = linnet(command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert f"Usage: linnet {command} " in shown.out
    assert "Options:" in shown.out
    assert "<str>" not in shown.out
    assert all(len(line) <= 80 for line in shown.out.splitlines())


def test_train_has_an_option_for_every_setting(linnet):
    sections = dict(re.findall(r"^(\w+):\n(.*?)(?=^\w+:|\Z)", linnet("train", "--help").out,
                               re.MULTILINE | re.DOTALL))  # fmt: skip
    assert list(sections) == ["Arguments", "Options", "Data", "Cleaning", "Split", "Text", "Model",
                              "Training", "Answers", "Continue", "Output"]  # fmt: skip
    for setting, _ in settings_table():
        option = "--" + setting.name.replace("_", "-")
        shown = re.search(rf"^  {option}[ /].*?(?=^  --|\Z)", sections[setting.metadata["group"]],
                          re.MULTILINE | re.DOTALL)  # fmt: skip
        assert shown, option
        words = " ".join(shown[0].split())
        assert " ".join(setting.metadata["help"].split()) in words
        if setting.default is not None:
            default = setting.default[0] if isinstance(setting.default, tuple) else setting.default
            default = {"True": "yes", "False": "no"}.get(str(default), default)
            assert words.endswith(f"[{default}]"), option


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("explore", "--weight"),
        ("evaluate", "--task"),
        ("explore", "--epochs"),
        ("explore", "--duplicates-by"),
        ("evaluate", "--duplicates-by"),
    ],
)
def test_commands_have_only_what_they_use(linnet, command, missing):
    assert missing not in linnet(command, "--help").out
