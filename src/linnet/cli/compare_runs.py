"""linnet compare RUN RUN --on FILE: two saved models on one table."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from linnet.config import Config
from linnet.files import refuse_existing

if TYPE_CHECKING:
    from linnet.workflows.compare_runs import Compared

NOT_ACCEPTED = 1
NUM_LABELS, NUM_TEXTS, LONGEST_TEXT = 3, 3, 60
CALIBRATION = {"calibration_error": "calibration error"}


def against(  # noqa: PLR0913
    before: str,
    after: str,
    *,
    on: str,
    config: Config,
    require: str = "not-worse",
    margin: float | None = None,
    keep_seen: bool = False,
    out: Path | None = None,
    as_json: bool = False,
) -> None:
    """Compare, print, and end in exit code 1 if the model after is not accepted."""
    from linnet.workflows.compare_runs import check_wanted
    from linnet.workflows.compare_runs import compare_runs as run
    from linnet.workflows.predict import write_table

    check_wanted(require=require, margin=margin)
    if out is not None:
        refuse_existing(out)
    found = run(before, after, on=on, keep_seen=keep_seen, config=config)
    good = found.accepted(require=require, margin=margin)
    if as_json:
        result = {**found.result, "accepted": good}
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    else:
        _show(found, before=before, after=after, on=on)
        _ending(found, refusal=None if good else _refusal(require, margin))
    if out is not None:
        write_table(found.texts, out)
        if not as_json:
            print(f"{len(found.texts):,} rows written to {out}")
    if not good:
        raise typer.Exit(NOT_ACCEPTED)


def _show(found: "Compared", *, before: str, after: str, on: str) -> None:
    """Print everything but the verdict."""
    from linnet.cli import show

    result, out = found.result, show.console()
    show.notes(result["notes"])
    out.print(
        f"[bold]{show.escape(before)}[/bold] against [bold]{show.escape(after)}[/bold] on "
        f"{show.escape(on)} ({result['rows']:,} rows; ranges hold the truth 95 times in 100)"
    )
    out.print(_metrics(result))
    _labels(result)
    _texts(found)
    cost = result["cost"]
    size, time = cost["megabytes"], cost["milliseconds"]
    out.print(
        f"size {size['before']:.2f} and {size['after']:.2f} MB, one text {time['before']:.2f} and "
        f"{time['after']:.2f} ms"
    )


def _metrics(result: Mapping[str, Any]) -> Any:
    """Return the table of metrics: shares in percent, differences in points."""
    from rich.table import Table

    from linnet.cli import show

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    for column in ("before", "after", "difference", "p"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, each in result["metrics"].items():
        shown = {**show.NAMES, **CALIBRATION}[name]
        if name == "loss":
            values = (f"{each[key]:.4f}" for key in ("before", "after"))
            table.add_row(shown, *values, f"{each['difference']:+.4f}")
            continue
        ends = each.get("intervals", (None, None))
        cells = [
            _percent(each[key]) + _between(own)
            for key, own in zip(("before", "after"), ends, strict=True)
        ]
        moved = f"{100 * each['difference']:+.2f}" + _between(each.get("interval"), digits=2)
        table.add_row(shown, *cells, moved, _p_value(each.get("p_value")))
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.2f}"


def _between(ends: Any, digits: int = 1) -> str:
    """Return a second line: between which numbers a share lies, in percent."""
    if ends is None:
        return ""
    low, high = (f"{100 * end:.{digits}f}" for end in ends)
    return f"\n[dim]{low} to {high}[/dim]"


def _p_value(value: float | None) -> str:
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _labels(result: Mapping[str, Any]) -> None:
    """Print the labels that lost and won, those of which that is surest first."""
    from linnet.cli import show

    moved = [each for each in result["labels"] if each["lost"] or each["won"]]
    moved.sort(key=lambda each: (each["p_value"], -abs(each["difference"])))
    lost = [each for each in moved if each["difference"] < 0][:NUM_LABELS]
    won = [each for each in moved if each["difference"] > 0][:NUM_LABELS]
    for each in [*lost, *won]:
        show.console().print(
            f"F1 of {show.escape(each['label'])} {100 * each['difference']:+.2f} "
            f"({_percent(each['before'])} to {_percent(each['after'])}; "
            f"{each['lost']:,} rows lost, {each['won']:,} won; p {_p_value(each['p_value'])})"
        )
    if moved:
        show.console().print(
            f"[dim]p of labels: corrected for there being {len(result['labels']):,} (Holm)[/dim]"
        )


def _texts(found: "Compared") -> None:
    """Print the first texts that got worse and better."""
    from linnet.cli import show

    for change, colour in (("worse", "red"), ("better", "green")):
        rows = found.texts.filter(found.texts["change"] == change)
        show.console().print(f"{len(rows):,} texts got {change}{':' if len(rows) else ''}")
        for row in rows.head(NUM_TEXTS).iter_rows(named=True):
            text = row["text"]
            short = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
            show.console().print(
                f"  [{colour}]{_named(row['before'])} to {_named(row['after'])}[/{colour}], is "
                f"{_named(row['label'])}: {show.escape(short)}"
            )


def _named(label: Any) -> str:
    """Return a label, or several, or say that there is none."""
    from linnet.cli import show

    return show.escape(label if isinstance(label, str) else ", ".join(label) or "none")


def _refusal(require: str, margin: float | None) -> str:
    if margin is not None:
        return f"it is not proved to lose less than {margin:g} points"
    return "it is not proved better" if require == "better" else "it is proved worse"


def _ending(found: "Compared", *, refusal: str | None) -> None:
    """Print the verdict, and whether that is enough."""
    from linnet.cli import show

    name = show.NAMES[found.result["metric"]]
    show.console().print(
        f"[bold]{name}: {found.verdict}[/bold] ({found.result['test']}: p "
        f"{_p_value(found.result['p_value'])})"
    )
    if refusal:
        show.console().print(f"[red]not accepted[/red]: {refusal}")
