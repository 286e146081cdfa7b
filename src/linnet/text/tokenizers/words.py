"""Lower-cased words; every symbol and every Chinese or Japanese character is a token.

Symbols as tokens of their own are worth three points on texts with code, against leaving them
out (docs/LOG.md): `c++` is told from `c` by the pair `c +`, and a full stop never hangs on the
word before it.
"""

import polars as pl

ALONE = r"\p{Han}\p{Hiragana}\p{Katakana}"
PATTERN = rf"[\w&&[^{ALONE}]]+|\S"


def split(text: pl.Expr) -> pl.Expr:
    """Split into lower-cased words and single symbols.

    Example:
        >>> texts = pl.DataFrame({"text": ["", "C++ isn't 漢字!"]})
        >>> texts.select(split(pl.col("text")))["text"].to_list()
        [[], ['c', '+', '+', 'isn', "'", 't', '漢', '字', '!']]
    """
    return text.str.to_lowercase().str.extract_all(PATTERN)
