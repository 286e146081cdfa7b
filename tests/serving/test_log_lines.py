"""The log: a line of JSON per event."""

import json
import logging
import sys

import pytest

from linnet.serving.log_lines import JsonLines, set_up_log


def test_a_line(capsys):
    record = logging.makeLogRecord(
        {"msg": "refused %s\nä", "args": ("x",), "levelname": "WARNING", "model": "so", "n": {1}}
    )
    said = json.loads(JsonLines().format(record))
    assert said["time"].endswith("+00:00")
    del said["time"]
    assert said == {"level": "warning", "message": "refused x\nä", "model": "so", "n": "{1}"}


def test_a_defect_brings_its_trace():
    try:
        raise ValueError("unforeseen")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "ValueError: unforeseen" in json.loads(line)["exception"]


@pytest.fixture
def loggers():
    """Leave the two loggers as they were."""
    found = [logging.getLogger(name) for name in ("linnet.serving", "uvicorn")]
    before = [(each.handlers, each.propagate, each.level) for each in found]
    yield
    for each, (handlers, propagate, level) in zip(found, before, strict=True):
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


def test_set_up_twice_is_set_up_once(loggers, capsys):
    set_up_log()
    set_up_log()
    logging.getLogger("linnet.serving").info("hello", extra={"model": "so"})
    logging.getLogger("uvicorn.error").warning("quiet")
    logging.getLogger("uvicorn.error").error("loud")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message"] for line in lines] == ["hello", "loud"]
