"""Newswires of 1987 and their topics: the SGML files of Reuters-21578 to two tables.

`reuters` has one topic per text, in the rows, the order and the split of `keras.datasets.reuters`;
`reuters21578` has every topic of every text.
"""

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.datasets.archive import tar_members
from linnet.datasets.dataset import Dataset

if TYPE_CHECKING:
    import polars as pl

MEMBER = re.compile(r"(?:.*/)?reut2-(\d+)\.sgm")
STORY = re.compile(r"<REUTERS ([^>]*)>(.*?)</REUTERS>", re.DOTALL)
TEXT = re.compile(r"<TEXT([^>]*)>(.*?)</TEXT>", re.DOTALL)

# How keras.datasets.reuters was made; found by comparing, and equal to it in every row.
MIN_COUNT = 15
SEED = 113
TRAIN_SHARE = 0.8


def unpack(path: Path) -> "pl.DataFrame":
    """Read the archive: columns newid, modapte, topics, title and body.

    `modapte` is the usual split, "train", "test" or "unused". A text without topic has an empty
    list.

    Example:
        >>> import io, tarfile, tempfile
        >>> story = b'<REUTERS TOPICS="YES" LEWISSPLIT="TEST" NEWID="7"><TOPICS><D>tin</D></TOPICS>'
        >>> story += b"<TEXT>&#2;<TITLE>TIN &lt;T></TITLE></TEXT></REUTERS>"
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     with tarfile.open(fileobj=file, mode="w:gz") as tar:
        ...         member = tarfile.TarInfo("reut2-000.sgm")
        ...         member.size = len(story)
        ...         tar.addfile(member, io.BytesIO(story))
        ...     file.flush()
        ...     unpack(Path(file.name)).rows()
        [('7', 'test', ['tin'], 'TIN <T>', None)]
    """
    import polars as pl

    files = {name[1]: content.decode("latin-1") for name, content in tar_members(path, MEMBER)}
    rows = [
        _row(*story.groups()) for name in sorted(files) for story in STORY.finditer(files[name])
    ]
    columns = ("newid", "modapte", "topics", "title", "body")
    types = {"topics": pl.List(pl.String)}
    return pl.DataFrame(
        rows, schema=[(name, types.get(name, pl.String())) for name in columns], orient="row"
    )


def one_topic(table: "pl.DataFrame") -> "pl.DataFrame":
    """Keep one topic per text: the rows, classes, order and split of `keras.datasets.reuters`.

    A text's topic is the first that is listed; topics that are first in fewer than 15 texts are
    left out; classes are numbered as they come; the rows are shuffled and cut at 80 %.

    Args:
        table: As `unpack` returns it.

    Returns:
        Columns split, label_id, topic, title, body and text, which is the body or else the title.

    Example:
        >>> import polars as pl
        >>> row = {"newid": "1", "topics": ["tin", "zinc"], "title": "Ä", "body": None}
        >>> one_topic(pl.DataFrame([row] * 15 + [row | {"topics": []}])).row(-1)
        ('test', 0, 'tin', 'Ä', None, 'Ä')
    """
    import numpy as np
    import polars as pl

    first = pl.col("topics").list.first()
    kept = table.with_columns(topic=first).filter(
        pl.col("topic").is_not_null() & (pl.len().over("topic") >= MIN_COUNT)
    )
    numbers = kept.select(topic=pl.col("topic").unique(maintain_order=True)).with_row_index("id")
    order = np.arange(kept.height)
    np.random.RandomState(SEED).shuffle(order)  # as Keras did
    is_train = pl.int_range(pl.len()) < int(kept.height * TRAIN_SHARE)
    shuffled = kept.join(numbers, on="topic", how="left", maintain_order="left")[order]
    return shuffled.select(
        pl.when(is_train).then(pl.lit("train")).otherwise(pl.lit("test")).alias("split"),
        pl.col("id").cast(pl.Int16).alias("label_id"),
        "topic", "title", "body",
        pl.coalesce("body", "title").alias("text"),
    )  # fmt: skip


def unpack_one_topic(path: Path) -> "pl.DataFrame":
    """Read the archive, with one topic per text.

    Example:
        >>> import tarfile, tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     tarfile.open(fileobj=file, mode="w:gz").close()
        ...     file.flush()
        ...     unpack_one_topic(Path(file.name)).shape
        (0, 6)
    """
    return one_topic(unpack(path))


def _row(attributes: str, story: str) -> tuple[str, str, list[str], str | None, str | None]:
    """One story; "UNPROC" marks a text that the collectors left as it was."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
    found = TEXT.search(story)
    kind, text = found.groups() if found else ("", "")
    body = text if "UNPROC" in kind else _part(text, "BODY")
    split = given.get("LEWISSPLIT", "").lower() if given.get("TOPICS") == "YES" else ""
    return (
        given.get("NEWID", ""),
        split if split in ("train", "test") else "unused",
        re.findall(r"<D>(.*?)</D>", _part(story, "TOPICS")),
        _plain(_part(text, "TITLE")) or None,
        _plain(body).strip() or None,
    )


def _part(story: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", story, re.DOTALL)
    return found[1] if found else ""


def _plain(text: str) -> str:
    """Read `&lt;` as it is meant, and drop the marks of the wire, `&#2;` and `&#3;`."""
    return html.unescape(text)


TERMS = (
    "Copyright Reuters Ltd.; may be distributed for research only; name it as "
    '"Reuters-21578, Distribution 1.0".'
)
ADDRESS = (
    "https://archive.ics.uci.edu/ml/machine-learning-databases/reuters21578-mld/reuters21578.tar.gz"
)
SHA256 = "3bae43c9b14e387f76a61b6d82bf98a4fb5d3ef99ef7e7075ff2ccbcf59f9d30"
NUM_BYTES = 8_150_596

REUTERS = Dataset(
    name="reuters",
    title="Reuters newswires with one of 46 topics: the rows and split of keras.datasets.reuters",
    terms=TERMS,
    address=ADDRESS,
    sha256=SHA256,
    num_rows=11_228,
    num_bytes=NUM_BYTES,
    text=("text",),
    label="topic",
    unpack=unpack_one_topic,
)
REUTERS_21578 = Dataset(
    name="reuters21578",
    title="Reuters newswires with all their topics, or none",
    terms=TERMS,
    address=ADDRESS,
    sha256=SHA256,
    num_rows=21_578,
    num_bytes=NUM_BYTES,
    text=("title", "body"),
    label="topics",
    unpack=unpack,
)
