"""Which rows train, which validate, which test: one file per way of splitting.

Goes in: targets, texts or a column, by row position. Comes out: `Split`, checked. Knows nothing
of files, tokens and models.
"""
