"""What somebody does to the files of a saved model who can write their sums, too."""

import io
import json
import random
from collections.abc import Callable
from typing import Any

import polars as pl
from fuzz_files import Change, Files, content_of, with_sums
from fuzz_graph import graph

JSON = ("manifest.json", "manifest.json", "manifest.json", "golden.json", "profile.json")
RAW_JSON = (
    b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 50_000, b'"\\ud800"', b'{"a":1,"a":2}',
    b"\xff", b"", b"null", b"1E400", b"-0", b'"\\u0000"', b"[" + b"0," * 50_000 + b"0]",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 2**31 - 1, 2**31, 2**53, 2**60, 2**63, 10**19, -(2**60),
    0.5, 1e-320, 1e308, -1e308, 1.5, "", "0", "1", "a", "näin", "\x00", "../x", "/etc/passwd",
    "a" * 5000, "bag",
    "dense", "relu", "ids", "tf_idf", "log_odds", "multilabel", "binary", "binary_crossentropy", [],
    {}, [[]], [None], [0], ["a"], [0.5] * 3, {"a": 1}, {"layer": "dense", "units": 2**60},
    [[[[[[[[]]]]]]]], "𝄞", [1e308] * 4, [float(10**9)] * 4,
)  # fmt: skip


def json_value(draw: random.Random, files: Files) -> Files:
    """Put another value, another key or none somewhere into a JSON file."""
    name = draw.choice(JSON)
    value = json.loads(content_of(files, name))
    for _ in range(draw.choice((1, 1, 2, 4))):
        _change_json(draw, value)
    return files | {name: json.dumps(value).encode()}


def _change_json(draw: random.Random, value: Any) -> None:
    places = list(_places(value))
    if not places:
        return
    holder, key = draw.choice(places)
    how = draw.randrange(6)
    if how == 0 and isinstance(holder, dict):
        holder[draw.choice(["a", "layer", "units", "", key + "s"])] = holder.pop(key)
    elif how == 0:
        holder.insert(key, draw.choice(ODD))
    elif how == 1:
        del holder[key]
    elif how == 2 and isinstance(holder[key], int | float):
        holder[key] = draw.choice(
            (-holder[key], holder[key] + 1, holder[key] * 1000, holder[key] - 1)
        )
    elif how == 3:
        other, name = draw.choice(places)
        holder[key] = json.loads(json.dumps(other[name])) if name in _keys(other) else None
    else:
        holder[key] = draw.choice(ODD)


def _places(value: Any) -> Any:
    """Yield every holder with each of its keys."""
    for key in _keys(value):
        yield value, key
        yield from _places(value[key])


def _keys(value: Any) -> Any:
    if isinstance(value, dict):
        return list(value)
    return range(len(value)) if isinstance(value, list) else ()


def json_text(draw: random.Random, files: Files) -> Files:
    """Put bytes into a JSON file that are no value, or only some readers' value."""
    name = draw.choice(JSON)
    content = content_of(files, name)
    found = [at for at in range(len(content) - 1) if content[at : at + 2] in (b": ", b"[\n")]
    at = draw.choice(found) + 2 if found else 0
    end = min((e for e in (content.find(b",", at), content.find(b"\n", at)) if e >= 0), default=at)
    return files | {name: content[:at] + draw.choice(RAW_JSON) + content[end:]}


def weights_header(draw: random.Random, files: Files) -> Files:
    """Change what the weights say of themselves."""
    content = content_of(files, "weights.safetensors")
    size = int.from_bytes(content[:8], "little")
    header, rest = content[8 : 8 + size], content[8 + size :]
    if draw.random() < 0.75:
        value = json.loads(header)
        for _ in range(draw.choice((1, 1, 3))):
            _change_json(draw, value)
        header = json.dumps(value).encode()
    else:
        header = draw.choice((header[:-1], header + b" ", b"{}", b"[" * 20_000, header[::-1]))
    start = len(header) if draw.random() < 0.9 else draw.choice((2**60, 2**63, 0, 1, size + 8))
    return files | {"weights.safetensors": start.to_bytes(8, "little") + header + rest}


def weights_numbers(draw: random.Random, files: Files) -> Files:
    """Change the numbers: to any, to none, to too large."""
    content = bytearray(content_of(files, "weights.safetensors"))
    start = 8 + int.from_bytes(content[:8], "little")
    fills = (
        b"\x00\x00\xc0\x7f",
        b"\x00\x00\x80\x7f",
        b"\xff\xff\x7f\x7f",
        draw.randbytes(4),
        bytes(4),
    )
    for _ in range(draw.choice((1, 1, 10, 400))):
        at = draw.randrange(start, len(content) - 3)
        content[at : at + 4] = draw.choice(fills)
    return files | {"weights.safetensors": bytes(content)}


def any_bytes(draw: random.Random, files: Files) -> Files:
    """Change some bytes of a file that has a form of its own."""
    name = draw.choice(("vocabulary.parquet", "vocabulary.parquet", "model.onnx", "model.onnx",
                        "weights.safetensors", "history.csv"))  # fmt: skip
    content = bytearray(content_of(files, name))
    for _ in range(draw.choice((1, 1, 2, 5, 50))):
        at = draw.randrange(len(content)) if draw.random() < 0.5 else -1 - draw.randrange(
            min(400, len(content))
        )  # fmt: skip
        content[at] = draw.choice((draw.randrange(256), 0, 255, 128, 127, content[at] ^ 1))
    if draw.random() < 0.2:
        at = draw.randrange(len(content))
        stretch = content[at : at + draw.randrange(40)]
        content[at : at + draw.choice((0, len(stretch)))] = stretch * draw.choice((0, 2, 30))
    return files | {name: bytes(content)}


def _cells(draw: random.Random, table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Change all cells of a column, or one."""
    column, rows = pl.col(name), pl.int_range(pl.len())
    kind = draw.choice((pl.String, pl.Float64, pl.Int8))
    value = draw.choice((None, 0, -1, 2, 10**6, 1e30, "a", b"a"))
    one = draw.randrange(1, max(2, len(table)))
    changed: tuple[Any, ...] = (
        column.cast(kind, strict=False), pl.lit(value), column.implode().over(rows),
        column.reverse(), column.shift(draw.choice((1, -1, 5))),
        pl.when(rows == one).then(None).otherwise(column),
    )  # fmt: skip
    return table.with_columns(draw.choice(changed).alias(name))


TABLE: tuple[Callable[[random.Random, pl.DataFrame, str], pl.DataFrame], ...] = (
    _cells, _cells, _cells,
    lambda draw, table, name: table.drop(name),
    lambda draw, table, name: table.with_columns(more=pl.lit("x" * 100)),
    lambda draw, table, name: table.head(draw.choice((0, 1, 2, len(table) - 1))),
    lambda draw, table, name: pl.concat([table, table.tail(1)]),
    lambda draw, table, name: table.sample(fraction=1, shuffle=True, seed=draw.randrange(99)),
    lambda draw, table, name: table.with_columns(token=pl.lit("ä" * draw.choice((1, 100_000)))),
    lambda draw, table, name: table.with_columns(
        prefix=pl.int_range(pl.len()).cast(pl.Int32) - draw.randrange(4)
    ),
    lambda draw, table, name: table.with_columns(
        last=pl.lit(draw.choice((2, 3, -5, 2**31 - 1))).cast(pl.Int32)
    ),
    lambda draw, table, name: table.rename({name: draw.choice(("token", "x"))}, strict=False),
)  # fmt: skip


def vocabulary(draw: random.Random, files: Files) -> Files:
    """Change the table of ids."""
    try:
        table = pl.read_parquet(io.BytesIO(content_of(files, "vocabulary.parquet")))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return files
    name = draw.choice(table.columns) if table.columns else ""
    try:
        changed = draw.choice(TABLE)(draw, table, name)
        written = io.BytesIO()
        changed.write_parquet(
            written, compression=draw.choice(("zstd", "zstd", "snappy", "gzip", "uncompressed")),
            statistics=draw.random() < 0.3, row_group_size=draw.choice((None, 1, 7)),
            data_page_size=draw.choice((None, 1, 100)),
        )  # fmt: skip
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError):
        return any_bytes(draw, files)
    return files | {"vocabulary.parquet": written.getvalue()}


HOSTILE: tuple[Change, ...] = (
    json_value, json_value, json_value, json_text, weights_header, weights_numbers, any_bytes,
    vocabulary, graph, graph, graph,
)  # fmt: skip


def on_purpose(draw: random.Random) -> list[Change]:
    """Draw what is done to a model by somebody who writes the sums again."""
    return draw.choices(HOSTILE, k=draw.choice((1, 1, 1, 2, 3)))


def apply(draw: random.Random, changes: list[Change], files: Files) -> Files:
    """Do one change after the other and write the sums of what comes out."""
    # polars ends the process over some tables that other changes make, so its own comes first.
    for change in sorted(changes, key=lambda each: each is not vocabulary):
        try:
            files = change(draw, files)
        except (ValueError, RecursionError):  # a JSON file that an earlier change has broken
            continue
    return with_sums(files)
