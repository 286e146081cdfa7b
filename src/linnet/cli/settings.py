"""Every setting as an option: the command line grows with `linnet.config.Config` by itself."""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer

from linnet.config import Config, configure, read_config, settings_table

CONFIG = Annotated[
    Path | None, typer.Option("--config", help="TOML file of settings.", metavar="FILE")
]

METAVARS = {
    "text": "COLUMN", "label": "COLUMN", "weight": "COLUMN", "split": "COLUMN", "test": "FILE",
    "group": "COLUMN", "time": "COLUMN", "previous": "RUN", "vectors": "FILE",
    "out": "FOLDER", "label_separator": "CHARS", "delimiter": "CHAR",
}  # fmt: skip


def of_run(own: Mapping[str, Any]) -> Config:
    """Return the settings of a command's run that say which columns mean what.

    Example:
        >>> of_run({"folder": "no such folder"}).label
        'label'
    """
    from linnet.workflows.load import saved_columns

    return saved_columns(own["folder"])


def with_settings(
    *groups: str,
    also: Collection[str] = (),
    without: Collection[str] = (),
    base: Callable[[Mapping[str, Any]], Config] = lambda own: Config(),
) -> Callable[[Any], Any]:
    """Give a command an option for each setting of some groups.

    The command is called with `config`, made of `--config` and of the options that were given.

    Args:
        groups: Groups of settings; none: all.
        also: Settings of other groups.
        without: Settings that the command does not have.
        base: Returns the settings to start from, given the command's own options.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [
            parameter
            for parameter in inspect.signature(command).parameters.values()
            if parameter.name != "config"
        ]
        taken = {parameter.name for parameter in own} | set(without)
        options = [
            _parameter(setting, hint)
            for setting, hint in settings_table()
            if setting.name not in taken
            and (not groups or setting.metadata["group"] in groups or setting.name in also)
        ]
        names = [parameter.name for parameter in options]

        def run(*, config: Path | None, **given: Any) -> None:
            chosen = {name: given.pop(name) for name in names}
            chosen = {name: value for name, value in chosen.items() if value is not None}
            start = base(given)
            start = read_config(config, start) if config else start
            command(config=configure(start, **chosen), **given)

        file = inspect.Parameter("config", inspect.Parameter.KEYWORD_ONLY, default=None)
        parameters = [
            *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own),
            file.replace(annotation=CONFIG),
            *options,
        ]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return decorate


def _parameter(setting: Field[Any], hint: Any) -> inspect.Parameter:
    """Return the option of one setting; None means that it was not given."""
    optional = get_origin(hint) in (Union, UnionType)
    wanted = next(each for each in get_args(hint) if each is not type(None)) if optional else hint
    flag = "--" + setting.name.replace("_", "-")
    if wanted is bool:
        flag += "/--no-" + setting.name.replace("_", "-")
    kind, metavar = _typer_type(setting.name, wanted)
    default = "" if setting.default in (None, MISSING) else f" [{_shown(setting.default)}]"
    option = typer.Option(
        flag,
        help=setting.metadata["help"] + default,
        rich_help_panel=setting.metadata["group"],
        metavar=metavar,
        show_default=False,
    )
    return inspect.Parameter(
        setting.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )


def _typer_type(name: str, wanted: Any) -> tuple[Any, str | None]:
    """Return the type that typer reads and what stands behind the option in the help."""
    if name == "text":
        return list[str], METAVARS[name]
    if name in METAVARS:
        return str, METAVARS[name]
    if get_origin(wanted) is tuple:
        return str, "A,B,..."
    if get_origin(wanted) is Literal:
        return str, "|".join(get_args(wanted))
    return wanted, {int: "N", float: "X", str: "NAME"}.get(wanted)


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
