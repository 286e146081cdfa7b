"""Texts in, their labels on stdout; without typer, so that an answer comes at once."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from linnet.errors import DataError

UNLIKE = "I don't know (unlike the training texts)  "
UNSURE = "I don't know  "

NUM_LABELS = 3
LINES_AT_ONCE = 1000
STDIN = ["-"]


def answer(
    folder: str,
    texts: Sequence[str],
    k: int = NUM_LABELS,
    *,
    precision: float | None = None,
    with_words: bool = False,
) -> None:
    """Print the `k` highest labels of each text; of ["-"] those of the lines of stdin.

    With a precision, "I don't know" stands before those of texts that are not answered. With
    words, those that made the highest label stand below. Where a text may have several labels,
    those that it is given are marked.
    """
    from linnet.cli import show
    from linnet.workflows.load import load

    classifier = load(folder)
    least = 0.0 if precision is None else classifier.least_score(precision)
    several = classifier.thresholds is not None
    for some in _lines() if texts == STDIN else [texts]:
        inside = [True] * len(some) if precision is None else classifier.in_scope(some)
        scores = classifier.predict_proba(some)
        given = classifier.labels_for(scores, least=least)
        highest = classifier.highest(scores, k=max(k, 1))
        for text, like, labels, pairs in zip(some, inside, given, highest, strict=True):
            shown = pairs[:k]
            if several and precision is not None:
                shown = [pair for pair in shown if pair[1] >= least]
            doubt = "" if pairs[0][1] >= least else UNSURE
            marked = labels if several and like else ()
            print((doubt if like else UNLIKE) + show.scores(shown, given=marked))
            if with_words:
                from linnet.cli.why import why

                why(*classifier.explain([text], label=pairs[0][0]))


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
