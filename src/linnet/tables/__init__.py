"""Tables: read them, write them, and make examples (texts with classes) of them.

Goes in: files or data frames, and the names of columns. Comes out: polars data frames and
`Examples`. Knows nothing of tokens, splits and models.
"""
