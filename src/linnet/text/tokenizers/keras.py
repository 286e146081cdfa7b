r"""The tokens of Keras's legacy `Tokenizer`, as the tutorials use it.

Lower-cased, these symbols, tabs and line ends become blanks, and only the blank separates:
!"#$%&()*+,-./:;<=>?@[\]^_`{|}~
"""

import polars as pl

TOKEN = r"""[^!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~\t\n ]+"""


def split(text: pl.Expr) -> pl.Expr:
    r"""Split as `keras.preprocessing.text.Tokenizer` did with its default filters.

    Example:
        >>> texts = pl.DataFrame({"text": ["", "It's c++,\tnot C."]})
        >>> texts.select(split(pl.col("text")))["text"].to_list()
        [[], ["it's", 'c', 'not', 'c']]
    """
    return text.str.to_lowercase().str.extract_all(TOKEN)
