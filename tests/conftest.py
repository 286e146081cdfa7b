"""What every test may rely on: no display, no home folder, no deadline, the same examples twice.

And the command line, called in process.
"""

import io
import os
import tempfile
from dataclasses import dataclass

import pytest
from hypothesis import settings

from linnet.cli.start import main

settings.register_profile("linnet", deadline=None, max_examples=50)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("linnet")
    folder = tempfile.TemporaryDirectory(prefix="linnet-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ["LINNET_CACHE"] = folder.name
    os.environ["KERAS_HOME"] = folder.name
    os.environ["MPLBACKEND"] = "agg"


@dataclass
class Ended:
    """What a command ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def linnet(monkeypatch, capsys):
    """Call `linnet ...`; returns exit code, stdout and stderr."""

    def call(*arguments, stdin=b""):
        monkeypatch.setattr("sys.argv", ["linnet", *map(str, arguments)])
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: str | int | None = None
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        shown = capsys.readouterr()
        return Ended(int(code or 0), shown.out, shown.err)

    return call
