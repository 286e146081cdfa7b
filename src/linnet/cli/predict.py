"""linnet predict."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from linnet.errors import ConfigError


def predict(
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="Texts; - reads one text per line from stdin.", metavar="[TEXT]..."),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Labels per text.", min=1, metavar="N")] = 3,
    table: Annotated[
        str | None, typer.Option(help="File of texts instead.", metavar="FILE")
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option(help="Column of texts in --table.", metavar="COLUMN")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the labelled table.", metavar="FILE")
    ] = None,
) -> None:
    """Label texts: given, from stdin, or a table into a table."""
    if table is not None:
        _label_table(folder, table, text or ["text"], out)
    elif texts:
        _label_texts(folder, texts, k)
    else:
        raise ConfigError('give texts, "-" to read them from stdin, or --table FILE')


def _label_texts(folder: str, texts: list[str], k: int) -> None:
    from linnet.cli import show
    from linnet.workflows.predict import predict as run

    if texts == ["-"]:
        texts = [line.rstrip("\n") for line in sys.stdin]
    for pairs in run(folder, texts, k=k):
        print(show.scores(pairs))


def _label_table(folder: str, table: str, text: list[str], out: Path | None) -> None:
    from linnet.workflows.predict import predict_table, write_table

    labelled = predict_table(folder, table, text=text)
    if out is None:
        sys.stdout.write(labelled.write_csv())
    else:
        write_table(labelled, out)
        print(f"{len(labelled):,} rows written to {out}")
