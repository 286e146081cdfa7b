"""One check per file: a subject in, findings out; the table of all stands in `explore.py`."""
