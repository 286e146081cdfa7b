"""Inputs of hostile sizes, each command in a process of its own with limited memory and time."""

import gzip
import os
import resource
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.slow

MEMORY = 8 * 2**30
"""Of addresses, which are more than what is used."""
SECONDS = 240
COMMANDS = {
    "explore": "explore {table}",
    "train": "train {table} --out out --model linear --epochs 1 --no-baseline",
    "predict": "predict {run} --table {table} --out out.csv",
    "score": "score {run} {table} --out out --format csv",
}
ROWS = "".join(f"{('bread', 'goal')[n % 2]} n{n},{('food', 'sport')[n % 2]}\n" for n in range(20))


def wide(num_columns, name):
    header = "text,label," + ",".join(name(n) for n in range(num_columns)) + "\n"
    return (header + ROWS.replace("\n", "," * num_columns + "\n")).encode()


# Name -> how it is made, and with what all commands refuse it.
INPUTS = {
    "cell.csv": (lambda: f"text,label\n{ROWS}{'word ' * 10_000_000},food\n", ""),
    "word.csv": (lambda: f"text,label\n{ROWS}{'a' * 50_000_000},food\n", ""),
    "letters.csv": (lambda: f"text,label\n{ROWS}{'a ' * 5_000_000},food\n", ""),
    "name.csv": (lambda: f"text,label,{'x' * 50_000_000}\n" + ROWS.replace("\n", ",\n"), ""),
    "no_header.csv": (lambda: f"{'word ' * 10_000_000},food\n{ROWS}", "unknown column 'text'"),
    "columns.csv": (lambda: wide(50_000, str), ""),
    "million_columns.csv": (lambda: wide(1_000_000, lambda n: "x"), "has 1,000,002 columns, at"),
    "keys.jsonl": (lambda: "{" + ", ".join(f'"k{n}": 1' for n in range(100_000)) + "}", "unknown"),
    "labels.csv": (
        lambda: "text,label\n" + "".join(f"t{n % 499} w{n % 99},l{n // 2}\n" for n in range(20000)),
        "",
    ),
    "row_per_label.csv": (
        lambda: "text,label\n" + "".join(f"t{n} w{n % 99},l{n}\n" for n in range(3_000)), "",
    ),
    "bomb.csv.gz": (lambda: gzip.compress(b"a,b\n" * 2**29, 1), "as no table does"),
    "quotes.csv": (lambda: "text,label\n" + '"' * 20_000_001, "the quotes of the row"),
    "commas.csv": (lambda: f'text,label\n"{"a,b " * 10_000_000}",food\n{ROWS}', ""),
    "short_rows.csv": (lambda: "text,label\n" + "a,b\n" * 3_000_000 + "c\n", "1 cell where"),
    "deep.jsonl": (lambda: '{"text": ' + "[" * 20_000_000, "nested too deeply"),
}  # fmt: skip


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.timeout(2 * SECONDS)
def test_ends_within_limits(tmp_path, folder, name, command, record_property):
    made, message = INPUTS[name]
    content = made()
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    typed = COMMANDS[command].format(table=name, run=folder).split()
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "linnet", *typed], cwd=tmp_path, preexec_fn=limited,  # noqa: PLW1509 - there is one thread
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        _, said = process.communicate(timeout=SECONDS)
    seconds = time.monotonic() - started
    record_property("seconds", seconds)
    print(
        f"\n{name} {command} {os.path.getsize(tmp_path / name):,} bytes, {seconds:.1f} s",
        said[:300],
    )
    assert process.returncode == (2 if message else 0), said
    assert message in said
    assert len(said) < 1500
    assert "Traceback" not in said
