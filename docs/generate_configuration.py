"""Writes configuration.md, the page of every setting: python docs/generate_configuration.py."""

import inspect
import re
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from linnet.config import settings_table
from linnet.models.measured import Measured
from linnet.models.model import ARCHITECTURES, architecture
from linnet.training.settings import GENERAL

PAGE = Path(__file__).with_name("configuration.md")

HEAD = """\
# Every setting

*Written by `docs/generate_configuration.py` out of `linnet.config` and the models: run it after
a change there.*

A setting has one name: `--max-ids 8000` on the command line, `max_ids = 8000` in a TOML file
(`linnet train posts.csv --config run.toml`), `linnet.train(..., max_ids=8000)` in Python. An option
on the command line wins over the file. Lists are written with commas, `--text` may be given several
times, what is yes or no is written `--retrain` or `--no-retrain`. An unknown name, or a value that
does not fit, is refused with the mend.

`config.toml` in a run's folder holds every setting as it was decided:
`linnet train posts.csv --config so/config.toml --out again` does the same again.

Where the default is *model*, the model chooses (the last table); *measured*: the training rows
decide; *task*: the task does; –: nothing.
"""

MODELS = """\
## What each model chooses

What you set wins over these. *measured*: by the number of training rows and labels; the rule stands
in the model's file, the runs behind it in [LOG.md](LOG.md). –: the model has no such option.

Five things follow from other settings: `tokenizer = "keras"` drops unknown words,
`vectorizer = "ids"` means single words, `engine = "keras"` takes `adam` where the model would take
an optimizer that only the sparse engine has, another `optimizer` or `norm` than the model's own
takes the learning rate that is usual for the optimizer, and without validation rows `epochs` is
10, because nothing stops training early.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    groups: dict[str, list[str]] = {}
    for setting, hint in settings_table():
        default, meaning = _default(setting.default, setting.metadata["help"])
        row = f"| `{setting.name}` | {_type(hint)} | {default} | {meaning} |"
        groups.setdefault(setting.metadata["group"], []).append(row)
    for group, rows in groups.items():
        head = ["| setting | type | default | meaning |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {group}", "", *head, *rows, ""]))
    return "\n".join([*parts, MODELS, _models()])


def _type(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(hint))
    if get_origin(hint) is tuple:
        return "numbers" if get_args(hint)[0] is int else "names"
    return {int: "whole number", float: "number", bool: "yes or no", str: "text"}[hint]


def _default(default: Any, text: str) -> tuple[str, str]:
    """Return the default, and the meaning without the mark that tells who chooses."""
    if mark := re.search(r" \[(\w+)\]$", text):
        text = text[: mark.start()]
        return (
            f"*{mark[1]}*" if mark[1] in ("model", "measured", "task") else f"`{mark[1]}`"
        ), text
    return ("–" if default is None else _value(default)), text


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" for each in value) or "none"
    return f"`{value}`"


def _models() -> str:
    """Return the table of what each model chooses."""
    chosen = {name: _choices(name) for name in ARCHITECTURES}
    names = [each.name for each, _ in settings_table()]
    rows = [name for name in names if len({each.get(name) for each in chosen.values()}) > 1]
    head = f"| setting | {' | '.join(f'`{name}`' for name in chosen)} |"
    lines = [
        f"| `{row}` | {' | '.join(each.get(row, '–') for each in chosen.values())} |"
        for row in rows
    ]
    return "\n".join([head, "|---" * (len(chosen) + 1) + "|", *lines, ""])


def _choices(name: str) -> dict[str, str]:
    """Return what a model chooses where the user says nothing."""
    module = architecture(name)
    options = list(inspect.signature(module.layers).parameters.values())[1:]
    found = GENERAL | {each.name: each.default for each in options} | module.SETTINGS
    shown = {"max_length": "*measured*"} if found["vectorizer"] == "ids" else {}
    shown |= {key: _value(value) for key, value in found.items()}
    if not hasattr(module, "measured"):
        return shown
    measured = module.measured(Measured("multiclass", 1, 2))
    return shown | dict.fromkeys(measured, "*measured*")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
