"""Every character is a token, lower-cased; white space is one blank."""

import polars as pl


def split(text: pl.Expr) -> pl.Expr:
    r"""Split into characters.

    Example:
        >>> texts = pl.DataFrame({"text": ["", "A  b\n"]})
        >>> texts.select(split(pl.col("text")))["text"].to_list()
        [[], ['a', ' ', 'b', ' ']]
    """
    return text.str.to_lowercase().str.replace_all(r"\s+", " ").str.extract_all(r"(?s).")
