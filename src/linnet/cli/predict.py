"""linnet predict."""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.errors import ConfigError, DataError
from linnet.files import refuse_existing

LINES_AT_ONCE = 1000
STDIN = ["-"]


def predict(  # noqa: PLR0913, PLR0917
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="Texts; - reads one text per line from stdin.", metavar="TEXT"),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Labels per text.", min=1, metavar="N")] = 3,
    table: Annotated[
        str | None, typer.Option(help="File of texts instead.", metavar="FILE")
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option(help="Column of texts in --table. [text]", metavar="COLUMN")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Names, if --table has no header.", metavar="A,B,...")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="What separates cells of --table.", metavar="CHAR")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the labelled table. [stdout]", metavar="FILE")
    ] = None,
) -> None:
    """Label texts: given, from stdin, or a table into a table."""
    if (table is None) == (not texts):
        raise ConfigError('give either texts ("-" reads them from stdin) or --table FILE')
    if table is not None:
        from linnet.workflows.predict import predict_table

        if out is not None:
            refuse_existing(out)
        names = columns.split(",") if columns else None
        labelled = predict_table(
            folder, table, text=text or ["text"], columns=names, delimiter=delimiter
        )
        _write(labelled, out)
    elif text or out or columns or delimiter:
        raise ConfigError(
            "--text, --columns, --delimiter and --out are for --table FILE; "
            "texts are answered on stdout"
        )
    elif "-" in (texts or []) and texts != STDIN:
        raise ConfigError('"-" reads the texts from stdin: give it alone')
    else:
        _label_texts(folder, texts or [], k)


def _label_texts(folder: str, texts: list[str], k: int) -> None:
    from linnet.cli import show
    from linnet.workflows.load import load

    classifier = load(folder)
    for some in _lines() if texts == STDIN else [texts]:
        for pairs in classifier.top(some, k=k):
            print(show.scores(pairs))


def _lines() -> Iterator[list[str]]:
    """Yield the lines of stdin, many at once; a person at a terminal gets each answered."""
    many, read = 1 if sys.stdin.isatty() else LINES_AT_ONCE, 0
    while lines := list(islice(sys.stdin.buffer, many)):
        yield [_text(line, number) for number, line in enumerate(lines, read + 1)]
        read += len(lines)


def _text(line: bytes, number: int) -> str:
    try:
        return line.rstrip(b"\r\n").decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"stdin, line {number} is not UTF-8: convert it, for example with "
            "`iconv -f latin1 -t utf8`"
        ) from error


def _write(labelled: Any, out: Path | None) -> None:
    from linnet.workflows.predict import table_as_csv, write_table

    if out is None:
        sys.stdout.buffer.write(table_as_csv(labelled))
    else:
        write_table(labelled, out)
        print(f"{len(labelled):,} rows written to {out}")
