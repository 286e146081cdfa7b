"""Data sets to try linnet on: `demo_table` needs no download, `fetch` gets the tutorials' own."""

from linnet.datasets.catalog import DATASETS
from linnet.datasets.demo import demo_table
from linnet.datasets.fetch import fetch, table_path

__all__ = ["DATASETS", "demo_table", "fetch", "table_path"]
