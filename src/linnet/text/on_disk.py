"""The tokens of more texts than memory holds: parts in a folder, read one at a time.

Goes in: tokens, and columns that belong to the texts. Comes out: the same, part by part, as often
as wanted. The numbers of tokens are mapped into memory, and let go of with the part.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from linnet.text.tokenize import Tokens

CODES, OFFSETS, WORDS, COLUMNS = "codes.npy", "offsets.npy", "words.parquet", "columns.parquet"


class TokensOnDisk:
    """Tokens of texts in a folder of their own.

    Args:
        folder: Is made if it is not there; parts are numbered from 0.

    Example:
        >>> import tempfile
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     stored = TokensOnDisk(Path(folder))
        ...     stored.append(tokenize(as_texts(["ä b", ""])), pl.DataFrame({"label": ["x", "y"]}))
        ...     [(len(tokens), tokens.words, columns["label"].to_list())
        ...      for tokens, columns in stored]
        [(2, ['ä', 'b'], ['x', 'y'])]
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.num_parts = folder, 0
        folder.mkdir(parents=True, exist_ok=True)

    def append(self, tokens: Tokens, columns: pl.DataFrame) -> None:
        """Write a part: texts, and a row for each of them."""
        place = self._place(self.num_parts)
        place.mkdir()
        np.save(place / CODES, tokens.codes)
        np.save(place / OFFSETS, tokens.offsets)
        words = pl.DataFrame({"word": pl.Series(tokens.words, dtype=pl.String)})
        words.write_parquet(place / WORDS, compression="lz4", statistics=False)
        columns.write_parquet(place / COLUMNS, compression="lz4", statistics=False)
        self.num_parts += 1

    def __iter__(self) -> Iterator[tuple[Tokens, pl.DataFrame]]:
        """Yield the parts in their order."""
        for number in range(self.num_parts):
            place = self._place(number)
            codes, offsets = (np.load(place / each, mmap_mode="r") for each in (CODES, OFFSETS))
            words = pl.read_parquet(place / WORDS, glob=False)["word"].to_list()
            yield Tokens(codes, offsets, words), pl.read_parquet(place / COLUMNS, glob=False)

    def tokens(self) -> Iterator[Tokens]:
        """Yield the tokens of each part."""
        return (tokens for tokens, _ in self)

    def _place(self, number: int) -> Path:
        return self.folder / f"{number:06}"
