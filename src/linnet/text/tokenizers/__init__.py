"""One tokeniser per file: a polars expression of texts in, lists of tokens out."""
