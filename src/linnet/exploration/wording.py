"""How findings speak: counts of things, and texts cut short.

Goes in: numbers and texts. Comes out: words. Knows nothing of checks.
"""

import polars as pl

LONGEST_EXAMPLE = 80
MOST_EXAMPLES = 5


def short(text: str) -> str:
    r"""Return a text on one line, cut to 80 characters.

    Example:
        >>> short(""), short("two\n lines"), len(short("ä" * 100))
        ('', 'two lines', 80)
    """
    line = " ".join(text[: 20 * LONGEST_EXAMPLE].split())
    return line if len(line) <= LONGEST_EXAMPLE else line[: LONGEST_EXAMPLE - 1] + "…"


def excerpts(texts: pl.Series, pattern: str) -> tuple[str, ...]:
    """Show the first few places where a pattern stands, with what is around them.

    Args:
        texts: Texts that contain the pattern; only the first few are shown.
        pattern: A regular expression without groups that capture.

    Example:
        >>> excerpts(pl.Series(["", "a" * 50 + "é!"])[1:], "é")
        ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé!',)
    """
    around = texts.head(MOST_EXAMPLES).str.extract(rf"(.{{0,30}}(?:{pattern}).{{0,30}})")
    return tuple(short(each) for each in around.to_list())


def percent(share: float) -> str:
    """Return a share as a percentage.

    Example:
        >>> percent(0), percent(0.1234)
        ('0.0 %', '12.3 %')
    """
    return f"{100 * share:.1f} %"
