"""linnet serve."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.errors import ConfigError

TOKEN = "LINNET_TOKEN"


def serve(  # noqa: PLR0913, PLR0917
    folders: Annotated[
        list[str],
        typer.Argument(help="Folders of runs, or NAME=FOLDER.", metavar="FOLDER"),
    ],
    host: Annotated[
        str, typer.Option(help="Address to listen on.", metavar="ADDRESS")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", metavar="N")] = 8000,
    token_file: Annotated[
        Path | None,
        typer.Option(help=f"File with the token to ask for. [${TOKEN}]", metavar="FILE"),
    ] = None,
    feedback: Annotated[
        Path | None, typer.Option(help="Folder to keep feedback in.", metavar="FOLDER")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Threads of one run. [one per core]", metavar="N")
    ] = None,
    batch_texts: Annotated[
        int, typer.Option(help="Texts that share a run; 1: each request alone.", metavar="N")
    ] = 256,
    queue_texts: Annotated[
        int, typer.Option(help="Texts that may wait; more are answered 429.", metavar="N")
    ] = 4096,
    timeout_seconds: Annotated[
        float, typer.Option(help="After this a request is given up.", metavar="X")
    ] = 10.0,
    body_bytes: Annotated[
        int, typer.Option(help="Largest body of a request.", metavar="N")
    ] = 4_000_000,
    texts_per_request: Annotated[
        int, typer.Option(help="Most texts of a request.", metavar="N")
    ] = 1000,
    characters_per_text: Annotated[int, typer.Option(help="Longest text.", metavar="N")] = 100_000,
    reload_seconds: Annotated[
        float, typer.Option(help="How often to look for another model; 0: never.", metavar="X")
    ] = 2.0,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(help="Another name it may be asked by, behind a proxy.", metavar="NAME"),
    ] = None,
) -> None:
    """Answer over HTTP, several models under one server.

    Stops at Ctrl+C or SIGTERM, when all that was taken is answered. At / is a web page to try a
    model, /docs says what programs can ask. The token stands in a file or in $LINNET_TOKEN, never
    on the command line.
    """
    from linnet.workflows.serve import serve as run

    run(
        *folders, ready=_say, host=host, port=port, token=_token(token_file), feedback=feedback,
        threads=threads, batch_texts=batch_texts, queue_texts=queue_texts,
        timeout_seconds=timeout_seconds, body_bytes=body_bytes,
        texts_per_request=texts_per_request, characters_per_text=characters_per_text,
        reload_seconds=reload_seconds, allowed_hosts=tuple(allowed_host or ()),
    )  # fmt: skip


def _say(address: str) -> None:
    print(f"serving on {address}, open it in a browser; for programs: {address}/docs", flush=True)


def _token(file: Path | None) -> Any:
    """Read the token from a file, else from the environment."""
    if file is None:
        return os.environ.get(TOKEN)
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the token from {file}: {error}") from error
