"""linnet predict."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.answer import NUM_LABELS, STDIN, answer
from linnet.errors import ConfigError
from linnet.files import refuse_existing


def predict(  # noqa: PLR0913, PLR0917
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="Texts; - reads one text per line from stdin.", metavar="TEXT"),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Labels per text.", min=1, metavar="N")] = NUM_LABELS,
    table: Annotated[
        str | None, typer.Option(help="File of texts instead.", metavar="FILE")
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(help="Column of texts in --table. [the run's]", metavar="COLUMN"),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Names, if --table has no header.", metavar="A,B,...")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="What separates cells of --table.", metavar="CHAR")
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            help='Answer only where so large a share is right; else "I don\'t know".',
            min=0.0,
            max=1.0,
            metavar="SHARE",
        ),
    ] = None,
    for_spreadsheets: Annotated[
        bool,
        typer.Option("--for-spreadsheets", help="Put ' before cells that look like formulas."),
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Show the words that made each text's label.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="File for the labelled table, or --why's page. [stdout]", metavar="FILE"),
    ] = None,
) -> None:
    """Label texts: given, from stdin, or a table into a table."""
    if (table is None) == (not texts):
        raise ConfigError('give either texts ("-" reads them from stdin) or --table FILE')
    if why and (table is not None or texts == STDIN):
        raise ConfigError("--why is for texts that are given, not for --table or -")
    if table is not None:
        names = columns.split(",") if columns else None
        read = {"text": text, "columns": names, "delimiter": delimiter}
        _label(folder, table, read, precision=precision, out=out, for_spreadsheets=for_spreadsheets)
    elif text or columns or delimiter or for_spreadsheets or (out and not why):
        raise ConfigError(
            "--text, --columns, --delimiter, --for-spreadsheets and --out are for --table FILE, "
            "--out for --why too; texts are answered on stdout"
        )
    elif "-" in (texts or []) and texts != STDIN:
        raise ConfigError('"-" reads the texts from stdin: give it alone')
    elif out is None:
        answer(folder, texts or [], k, precision=precision, with_words=why)
    else:
        _write_page(folder, texts or [], k=k, precision=precision, out=out)


def _label(
    folder: str,
    table: str,
    read: dict[str, Any],
    *,
    precision: float | None,
    out: Path | None,
    for_spreadsheets: bool,
) -> None:
    from linnet.workflows.predict import predict_table

    if out is not None:
        refuse_existing(out)
    labelled = predict_table(folder, table, **read, precision=precision)
    _write(labelled, out, for_spreadsheets=for_spreadsheets)


def _write_page(
    folder: str, texts: list[str], *, k: int, precision: float | None, out: Path
) -> None:
    from linnet.workflows.predict import predict_page

    if out.suffix.lower() not in {".html", ".htm"}:
        raise ConfigError(f"--why writes a web page: --out must end in .html, not {out.name!r}")
    predict_page(folder, texts, out=out, k=k, precision=precision)
    print(f"{len(texts):,} text{'s' if len(texts) != 1 else ''} with their words written to {out}")


def _write(labelled: Any, out: Path | None, *, for_spreadsheets: bool) -> None:
    from linnet.workflows.predict import table_as_csv, write_table

    if out is None:
        sys.stdout.buffer.write(table_as_csv(labelled, for_spreadsheets=for_spreadsheets))
    else:
        write_table(labelled, out, for_spreadsheets=for_spreadsheets)
        silent = labelled["predicted"].null_count()
        unanswered = f", {silent:,} of them without an answer" if silent else ""
        print(f"{len(labelled):,} rows written to {out}{unanswered}")
