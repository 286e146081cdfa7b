"""What is in a table, what is wrong with it, and how to mend it.

Goes in: texts and targets. Comes out: `Exploration`, findings, rows to keep. Knows nothing of
files, splits and models.
"""
