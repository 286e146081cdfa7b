"""The command line as a process: exit codes, pipes, signals, terminals without UTF-8."""

import os
import signal
import subprocess
import sys

import pytest

LINNET = (sys.executable, "-m", "linnet")


def run(*arguments, **options):
    command = [*LINNET, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **options)


def test_python_m_linnet_is_the_command():
    ended = run("--help")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"Usage: linnet [OPTIONS] COMMAND")


def test_mistake_is_one_line_and_exit_code_2(tmp_path):
    ended = run("train", tmp_path / "missing.csv")
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert ended.stderr.startswith(b"error: there is no file ")
    assert ended.stderr.count(b"\n") == 1


def test_defect_is_exit_code_1(tmp_path):
    defect = (
        "import linnet.workflows.verify as each\n"
        "each.verify = lambda folder: 1 / 0\n"
        "from linnet.cli.start import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", defect, "verify", "."], capture_output=True, check=False
    )
    assert ended.returncode == 1
    assert b"ZeroDivisionError" in ended.stderr


@pytest.mark.parametrize("where", ["linnet.cli.start._run", "linnet.workflows.verify.verify"])
def test_interrupt_within_exec_is_exit_code_130(where):
    module, _, name = where.rpartition(".")
    interrupted = (
        f"import {module} as each\n"
        f"each.{name} = lambda *given: exec('raise KeyboardInterrupt')\n"
        "from linnet.cli.start import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", interrupted, "verify", "."], capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, b"interrupted\n")


@pytest.mark.parametrize("stage", ["reading", "training"])
def test_interrupt_is_exit_code_130(interruptible, folder, posts, tmp_path, stage):
    arguments = {
        "reading": ("predict", folder, "-"),
        "training": ("train", posts, "--epochs", "1000000", "--patience", "1000000", "--out",
                     tmp_path / "run"),
    }[stage]  # fmt: skip
    command = [*interruptible, *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        if stage == "reading":
            process.stdin.write(b"goal\n" * 1000)
            process.stdin.flush()
        for _ in range(3):
            assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdin.close()  # a signal just before the read is seen when the read ends
        process.stdout.read()
        complaint = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in complaint


PIPES = {
    "many lines": ("predict", "{run}", "-"),
    "many texts": ("predict", "{run}", *["goal match"] * 5000),
    "a table": ("predict", "{run}", "--table", "{posts}"),
    "few lines": ("verify", "{run}"),
    "metrics": ("evaluate", "{run}", "{posts}"),
    "help": ("--help",),
    "help of a command": ("train", "--help"),
}


@pytest.mark.parametrize("case", PIPES)
@pytest.mark.parametrize("read", ["one line", "nothing"])
def test_closed_pipe_ends_quietly(folder, posts, case, read):
    command = [*LINNET, *(each.format(run=folder, posts=posts) for each in PIPES[case])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        if case == "many lines":
            process.stdin.write(b"goal match\n" * 5000)
        process.stdin.close()
        if read == "one line":
            assert process.stdout.readline()
        process.stdout.close()
        complaint = process.stderr.read()
    assert (process.returncode, complaint) == (0, b"")


def test_training_goes_on_when_nobody_reads(posts, tmp_path, fast):
    command = [*LINNET, "train", str(posts), *fast, "--out", str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        complaint = process.stderr.read()
    assert (process.returncode, complaint) == (0, b"")
    assert (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminal_without_utf8(posts, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = run("explore", posts, env=environment)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"?" in ended.stdout


def test_tables_are_utf8_on_every_terminal(folder, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("text\npäivä\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = run("predict", folder, "--table", table, env=environment)
    assert ended.returncode == 0
    assert "päivä," in ended.stdout.decode("utf-8")


def test_stdin_is_utf8_on_every_terminal(folder):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = run("predict", folder, "-", input="päivä 🐦\n".encode(), env=environment)
    assert (ended.returncode, ended.stderr) == (0, b"")
