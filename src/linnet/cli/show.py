"""How results look on the terminal."""

import os
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


MOST_CLASSES = 30
NAMES = {
    "accuracy": "accuracy", "micro_f1": "micro-F1", "macro_f1": "macro-F1", "roc_auc": "ROC AUC",
    "precision_at_1": "precision at 1", "subset_accuracy": "all labels right", "loss": "loss",
}  # fmt: skip
BASELINES = {
    "majority": "majority", "all_zeros": "all zeros", "most_frequent": "most frequent",
    "linear": "TF-IDF + logistic regression",
}  # fmt: skip
UNSHOWN = {"epoch", "seconds", "val_binary_accuracy", "val_macro_f1"}
PATIENCE_SECONDS = 0.5


def console() -> "Console":
    """Return the console that commands print results to."""
    from rich.console import Console

    made = Console(highlight=False, emoji=False, soft_wrap=not sys.stdout.isatty())
    made.on_broken_pipe = drop_output  # type: ignore[method-assign]
    return made


def drop_output() -> None:
    """Go on in silence after the reader of a pipe has seen enough: a training is not lost."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def percent(share: float) -> str:
    """Return a share as percent with two decimals.

    Example:
        >>> percent(0.9713), percent(0.0)
        ('97.13 %', '0.00 %')
    """
    return f"{100 * share:.2f} %"


def scores(pairs: Sequence[tuple[str, float]], *, given: Collection[str] = ()) -> str:
    """Return labels with their percentages on one line, those that are given marked.

    Example:
        >>> scores([("python", 0.971), ("c", 0.0192)], given=["python"])
        '✓ python 97.10 %  c 1.92 %'
    """
    return "  ".join(
        f"{'✓ ' if label in given else ''}{printable(label)} {percent(score)}"
        for label, score in pairs
    )


def metric(name: str, value: float) -> str:
    """Return one metric by its name for people.

    Example:
        >>> metric("macro_f1", 0.5), metric("loss", 0.25)
        ('macro-F1 50.00 %', 'loss 0.2500')
    """
    return f"{NAMES[name]} {value:.4f}" if name == "loss" else f"{NAMES[name]} {percent(value)}"


def between(ends: Sequence[float] | None) -> str:
    """Return what stands behind a share whose interval is known.

    Example:
        >>> between([0.8964, 0.9094]), between(None)
        (' (95 %: 89.64 to 90.94)', '')
    """
    return f" (95 %: {100 * ends[0]:.2f} to {100 * ends[1]:.2f})" if ends else ""


def retraining(found: Mapping[str, Any]) -> None:
    """Print whether the model that was trained again is better than the one before."""
    by = change(found["difference"], found["interval"])
    console().print(f"retraining changed {NAMES[found['metric']]} by {by}: {found['verdict']}")


def evaluation(result: Mapping[str, Any], title: str) -> None:
    """Print the metrics of one part, and its classes as a table."""
    from rich.table import Table

    out = console()
    out.print(f"[bold]{escape(title)}[/bold] ({result['rows']:,} rows)  {_metrics(result)}")
    classes = result.get("per_class", [])
    if not classes:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    table.add_column("label", no_wrap=True, max_width=40)
    for column in ("precision", "recall", "F1", "support"):
        table.add_column(column, justify="right")
    for each in sorted(classes, key=lambda row: -row["support"])[:MOST_CLASSES]:
        shares = (percent(each[name]) for name in ("precision", "recall", "f1"))
        table.add_row(escape(each["label"]), *shares, f"{each['support']:,}")
    out.print(table)
    if len(classes) > MOST_CLASSES:
        out.print(f"(+{len(classes) - MOST_CLASSES} rarer labels)")


def trust(result: Mapping[str, Any]) -> None:
    """Print whether scores mean what they say, and what answering only when sure is worth."""
    if "calibration_error_if_perfect" in result:
        before = result.get("calibration_error_before")
        was = "not calibrated" if before is None else f"before {percent(before)}"
        chance = percent(result["calibration_error_if_perfect"])
        error = percent(result["calibration_error"])
        console().print(f"calibration error {error} ({was}; up to {chance} is chance)")
    lines = result.get("abstention", [])
    if any(each.get("answered", 0) < 1 for each in lines):
        console().print("answering only when sure (predict --precision):")
        for each in lines:
            console().print(f"  {percent(each['wanted'])} wanted: {_silence(each)}")


def _silence(each: Mapping[str, Any]) -> str:
    """Say what a wanted precision costs, and whether it was reached."""
    if each["score"] is None:
        return "cannot be promised"
    if each.get("precision") is None:
        return "nothing answered"
    below = "" if each["interval"][1] >= each["wanted"] else " [yellow]less than wanted[/yellow]"
    right = f"{percent(each['precision'])} right{between(each['interval'])}"
    return f"{percent(each['answered'])} answered, {right}{below}"


def baselines(evaluation: Mapping[str, Any]) -> None:
    """Print what is reached without reading a text or by single words, and how far above that."""
    for name, result in evaluation["baselines"].items():
        without_loss = {each: value for each, value in result.items() if each != "loss"}
        title = BASELINES.get(name, name)
        console().print(f"[dim]baseline {title}  {_metrics(without_loss)}[/dim]")
    if found := evaluation.get("against_linear"):
        name, points = NAMES[found["metric"]], change(found["difference"], found["interval"])
        console().print(f"{name} against {BASELINES['linear']}: {points}: {found['verdict']}")
    notes(evaluation.get("baseline_notes", []))


def change(points: float, ends: Sequence[float]) -> str:
    """Return the difference of two shares in points, with its interval.

    Example:
        >>> change(0.0123, [0.008, 0.0166]), change(-0.001, [-0.004, 0.0])
        ('+1.23 points (95 %: +0.80 to +1.66)', '-0.10 points (95 %: -0.40 to +0.00)')
    """
    low, high = (f"{100 * end:+.2f}" for end in ends)
    return f"{100 * points:+.2f} points (95 %: {low} to {high})"


def notes(lines: Sequence[str]) -> None:
    """Print what was done to the data."""
    for line in lines:
        console().print(f"[yellow]note[/yellow] {escape(line)}")


class EpochLines:
    """Prints a line per epoch, and in a terminal a bar within an epoch that takes long."""

    def __init__(self, members: int = 1) -> None:
        self.out = console()
        self.bar: Any = None
        self.members, self.begun = members, 0
        self.started = time.monotonic()

    def __call__(self, progress: Any) -> None:
        """Take note of how far training is."""
        from linnet.cli.stopped import heed

        heed()
        if progress.ended:
            self.close()
            if progress.row["epoch"] == 1:
                self._begin()
            self.out.print(_epoch_line(progress))
            self.started = time.monotonic()
        elif self.out.is_terminal and time.monotonic() > self.started + PATIENCE_SECONDS:
            self._move(progress)

    def _begin(self) -> None:
        """Say which training begins, but for the first."""
        round_, member = divmod(self.begun, self.members)
        self.begun += 1
        if member:
            self.out.print(f"member {member + 1} of {self.members}")
        elif round_:
            self.out.print("again, on training and validation rows")

    def close(self) -> None:
        """Take the bar away, and give the terminal its cursor back."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def _move(self, progress: Any) -> None:
        if self.bar is None:
            from rich.progress import BarColumn, Progress, TimeRemainingColumn

            columns = ("{task.description}", BarColumn(), TimeRemainingColumn())
            self.bar = Progress(*columns, console=self.out, transient=True)
            self.task = self.bar.add_task(
                f"epoch {progress.row['epoch']:.0f}", total=progress.total
            )
            self.bar.start()
        self.bar.update(self.task, completed=progress.done)


def _epoch_line(progress: Any) -> str:
    """Say what an epoch reached, whether that is the best so far, and which file it went to."""
    row, monitor = progress.row, progress.monitor
    shown = [name for name in row if name == monitor or name not in UNSHOWN]
    values = "  ".join(f"{name} {row[name]:.4f}" for name in shown)
    seconds = "done before" if progress.before else f"{row['seconds']:.1f} s"
    parts = [f"epoch {row['epoch']:2.0f}/{progress.epochs}", values, seconds]
    file = escape(progress.saved.name) if progress.saved else ""
    if progress.new_best and monitor:  # the file's name says which value, and how much
        file = f"[green]new best[/green] {file or f'{monitor} {row[monitor]:.4f}'}"
    return "  ".join([*parts, file]).rstrip()


def escape(text: str) -> str:
    """Return a text from the data as rich prints it: no markup, no control characters."""
    from rich.markup import escape as escape_markup

    return escape_markup(printable(text))


def printable(text: str) -> str:
    """Return a text from the data with a blank for each control character."""
    return "".join(each if each.isprintable() else " " for each in text)


def _metrics(result: Mapping[str, Any]) -> str:
    """Return the metrics on one line; with one label per text micro-F1 is accuracy."""
    skip = {"micro_f1"} if "accuracy" in result else set()
    intervals = result.get("intervals", {})
    return "  ".join(
        metric(name, result[name]) + between(intervals.get(name))
        for name in NAMES
        if name in result.keys() - skip
    )
