"""Data sets to try linnet on: `demo_table` needs no download."""

from linnet.datasets.demo import demo_table

__all__ = ["demo_table"]
