"""Help in groups, without the cost of importing rich."""

from typing import Any

import typer.core

LONGEST = 200


class Command(typer.core.TyperCommand):
    """A command whose help lists the options group by group."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options, each group under its own title."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            title = getattr(param, "rich_help_panel", None)
            title = title or ("Arguments" if param.param_type_name == "argument" else "Options")
            record = param.get_help_record(ctx)
            if record and title == "Arguments":
                record = (str(param.metavar), getattr(param, "help", None) or "")
            if record is not None:
                groups.setdefault(title, []).append(record)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records)


class Group(typer.core.TyperGroup):
    """Lists the commands in the order of the user's work, not of the alphabet."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names as they were added."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command with its whole first sentence, however long the names are."""
        lines = [
            (name, command.get_short_help_str(LONGEST))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section("Commands"):
            formatter.write_dl(lines)
