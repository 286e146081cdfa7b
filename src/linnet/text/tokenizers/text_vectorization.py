r"""The tokens of Keras's `TextVectorization` with its defaults.

Lower-cased, these symbols are taken out, which glues what stood around them, and white space
separates: !"#$%&()*+,-./:;<=>?@[\]^_`{|}~'
"""

import polars as pl

SYMBOLS = r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']"""


def split(text: pl.Expr) -> pl.Expr:
    r"""Split as `keras.layers.TextVectorization` with "lower_and_strip_punctuation".

    Example:
        >>> texts = pl.DataFrame({"text": ["", "It's state-of-the-art,\tisn't it?"]})
        >>> texts.select(split(pl.col("text")))["text"].to_list()
        [[], ['its', 'stateoftheart', 'isnt', 'it']]
    """
    return text.str.to_lowercase().str.replace_all(SYMBOLS, "").str.extract_all(r"\S+")
