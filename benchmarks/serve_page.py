"""Measurements of benchmarks/serve.py to the page docs/results/serve.md, with what was asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

ONE, MANY, HUNDRED = "default, one caller", "default", "default, 100 texts a request"
LSTM, LSTM_ALONE = "LSTM", "LSTM, no batching"
HUNDRED_ONE = "default, 100 texts a request, one caller"
HTTP = "HTTP"


@dataclass(frozen=True)
class Measured:
    """What callers saw of one work.

    Attributes:
        what: What was asked.
        connections: How many callers asked at the same time.
        num_texts: Texts of a request.
        rate: Requests per second.
        p50: Milliseconds until the answer, the median.
        p99: What 99 in 100 requests took at most.
        most: What the slowest took.
        cpu: Processor microseconds of the server for a request.
        errors: Answers other than 200.
    """

    what: str
    connections: int
    num_texts: int
    rate: float
    p50: float
    p99: float
    most: float
    cpu: float
    errors: int

    @property
    def cells(self) -> list[str]:
        """The row of the table."""
        return [
            self.what, str(self.connections), f"{self.rate:,.0f}",
            f"{self.rate * self.num_texts:,.0f}", f"{self.p50:.1f}", f"{self.p99:.1f}",
            f"{self.most:.0f}", f"{self.cpu / self.num_texts:,.0f}", str(self.errors),
        ]  # fmt: skip


@dataclass(frozen=True)
class Start:
    """From the start of the process to the first answer, in seconds."""

    seconds: float
    cpu: float


@dataclass(frozen=True)
class Memory:
    """Megabytes of the server before and after so many requests."""

    before: float
    after: float
    requests: int

    @property
    def grown(self) -> float:
        """By how many percent it grew."""
        return 100 * (self.after - self.before) / self.before


def verdicts(
    rows: Mapping[str, Measured], start: Start, memory: Memory | None
) -> Iterator[list[str]]:
    """Yield for each figure what it is, what was asked, what was reached, and whether.

    >>> row = Measured("", 1, 1, rate=400.0, p50=1.0, p99=2.0, most=3.0, cpu=4.0, errors=0)
    >>> names = (ONE, MANY, HUNDRED, LSTM, LSTM_ALONE)
    >>> found = [*verdicts(dict.fromkeys(names, row), Start(1.0, 0.9), None)]
    >>> found[0]
    ['default, 64 callers: requests/s', '≥ 800', '400', '**missed**']
    >>> found[-1]
    ['memory after 200,000 requests, %', '± 10', 'not measured', '']
    """
    many, lstm, alone = rows[MANY], rows[LSTM], rows[LSTM_ALONE]
    yield _least("default, 64 callers: requests/s", many.rate, 800)
    yield _most("default, 64 callers: ms, median", many.p50, 60)
    yield _most("default, 64 callers: ms, 99 %", many.p99, 150)
    yield _most("default, one caller: ms, median", rows[ONE].p50, 4)
    hundred = rows[HUNDRED]
    yield _least("default, 100 texts a request: texts/s", hundred.rate * hundred.num_texts, 20_000)
    yield _least("LSTM, 64 callers: requests/s", lstm.rate, 150)
    yield _least("LSTM, requests/s by those without batching", lstm.rate / alone.rate, 2)
    yield _most("answers other than 200, all rows", sum(each.errors for each in rows.values()), 0)
    yield _most("start to first answer, s", start.seconds, 2)
    yield _flat(memory)


def _least(what: str, reached: float, asked: float) -> list[str]:
    return [what, f"≥ {asked:,}", _figure(reached), _said(reached >= asked)]


def _most(what: str, reached: float, asked: float) -> list[str]:
    return [what, f"≤ {asked:,}", _figure(reached), _said(reached <= asked)]


def _flat(memory: Memory | None) -> list[str]:
    if memory is None:
        return ["memory after 200,000 requests, %", "± 10", "not measured", ""]
    what = f"memory after {memory.requests:,} requests, %"
    said = _said(abs(memory.grown) <= 10)
    enough = memory.requests >= 200_000
    return [what, "± 10", f"{memory.grown:+.1f}", said if enough else f"{said}, asked for 200,000"]


def _said(good: bool) -> str:
    return "reached" if good else "**missed**"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    return "\n".join([line(head), "|---" * len(head) + "|", *map(line, rows)])


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def parts_of(parts: Mapping[str, float]) -> list[list[str]]:
    """Return the rows of where the time goes: step → microseconds of a request.

    >>> parts_of({"read": 100.0, "model": 300.0})
    [['read', '100', '25 %'], ['model', '300', '75 %'], ['together', '400', '100 %']]
    """
    together = sum(parts.values())
    steps = {**parts, "together": together}
    return [
        [name, f"{each:,.0f}", f"{100 * each / together:.0f} %"] for name, each in steps.items()
    ]


def page(
    rows: Sequence[Measured],
    *,
    start: Start,
    memory: Memory | None,
    parts: Mapping[str, float],
    load: float,
) -> str:
    """Write the page.

    Args:
        rows: All works, with those that verdicts are about.
        start: The median of several starts.
        memory: Or None where that was not measured.
        parts: Step → microseconds of a request of 100 texts.
        load: Mean number of processes that wanted to run.
    """
    named = {each.what: each for each in rows}
    told = "" if memory is None else (
        f"Its memory was {memory.before:,.0f} MB after the first seconds and {memory.after:,.0f} "
        f"MB {memory.requests:,} requests later."
    )  # fmt: skip
    return PAGE.format(
        load=f"{load:.1f}", seconds=f"{start.seconds:.2f}", cpu=f"{start.cpu:.2f}", memory=told,
        rows=table(HEAD, [each.cells for each in rows]),
        verdicts=table(["figure", "asked", "reached", ""], [*verdicts(named, start, memory)]),
        whole=f"{named[HUNDRED_ONE].cpu:,.0f}",
        parts=table(["step", "CPU µs", "share"], parts_of(parts)),
    )  # fmt: skip


HEAD = (
    "what", "callers", "requests/s", "texts/s", "ms, median", "ms, 99 %", "ms, most",
    "CPU µs a text", "errors",
)  # fmt: skip
PAGE = """# Serving

Made by `python benchmarks/serve.py --data FOLDER --requests 200000 --page` on two cores, the server
and its callers on the same machine. Each caller asks, waits for the answer and asks again. Texts
are headlines, a different one each time; the default model was trained on all of them, the LSTM
(embedding 128, 64 units) on 10,000. The mean load of the machine over the last minute was {load}:
above 3, others were at work too, and the machine could have done more.

{rows}

CPU: of the server, both threads. No batching: `--batch-texts 1`, each request runs alone.

## What was asked

{verdicts}

The server starts in {seconds} s, with {cpu} s of processor time: from the start of the process to
the first answer, the median of five, every file summed and the golden scores compared.
{memory}

## Where the time of 100 texts goes

Processor time for a request of 100 texts to the default model, one caller. Each step was measured
by itself, medians; HTTP is what a request of that size costs that is refused when it has been read.
A whole request cost the server {whole} µs in this run.

{parts}
"""
