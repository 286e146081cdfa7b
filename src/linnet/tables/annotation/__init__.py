"""Tables as annotation tools read and write them: one file per tool, and a line in `tools.py`."""
