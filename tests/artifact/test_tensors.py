import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from safetensors.numpy import load

from linnet.artifact.tensors import TYPES, byte_ranges, described, mapped, read, shapes, to_bytes
from linnet.errors import ArtifactError

arrays = st.sampled_from(sorted(TYPES)).flatmap(
    lambda name: npst.arrays(TYPES[name], npst.array_shapes(min_dims=0, min_side=0, max_side=4))
)
weights = st.dictionaries(st.text(max_size=8).filter(lambda name: name != "__metadata__"), arrays)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("tensors") / "weights.safetensors"


def test_no_arrays(path):
    path.write_bytes(to_bytes({}))
    assert read(path) == {}


@given(weights)
def test_what_was_written_is_read(path, weights):
    content = to_bytes(weights)
    path.write_bytes(content)
    found = read(path)
    assert found.keys() == weights.keys()
    for name, array in weights.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
        offset, length = byte_ranges(content)[name]
        assert content[offset : offset + length] == array.tobytes()
    assert load(content).keys() == weights.keys()  # the reference reads it too


@given(weights)
def test_the_order_of_names_does_not_matter(weights):
    assert to_bytes(weights) == to_bytes(dict(reversed(weights.items())))


def test_transposed_and_sliced_arrays_are_written_as_they_look(path):
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    path.write_bytes(to_bytes({"t": array.T, "s": array[::2, 1:]}))
    np.testing.assert_array_equal(read(path)["t"], array.T)
    np.testing.assert_array_equal(read(path)["s"], array[::2, 1:])


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.ones(1, np.complex64)])
def test_other_things_are_not_saved(array):
    with pytest.raises(ArtifactError, match="cannot save 'a'"):
        to_bytes({"a": array})


def with_header(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def said(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


DAMAGED = {
    "empty": b"",
    "short": b"\1",
    "only a length": bytes(8),
    "a header longer than the file": (2**63).to_bytes(8, "little") + b"{}",
    "not JSON": with_header(b"{"),
    "not UTF-8": with_header(b'{"\xff": 1}'),
    "deep": with_header(b"[" * 100_000),
    "a list": with_header([]),
    "no type": with_header({"a": {}}),
    "a number for a tensor": with_header({"a": 1}),
    "an object array": with_header({"a": said("O", offsets=(0, 8))}, bytes(8)),
    "bfloat16": with_header({"a": said("BF16")}, bytes(4)),
    "more than there is": with_header({"a": said(shape=[2**40], offsets=[0, 2**42])}, bytes(4)),
    "less than there is": with_header({"a": said()}, bytes(5)),
    "2**60 numbers": with_header({"a": said(shape=[2**60])}, bytes(4)),
    "2**60 numbers of no bytes": with_header({"a": said(shape=[0, 2**60], offsets=[0, 0])}),
    "many axes": with_header({"a": said(shape=[1] * 100_000)}, bytes(4)),
    "a name twice": with_header(b'{"a": 1, "a": 1}', bytes(4)),
    "UTF-16": with_header('{"a": 1}'.encode("utf-16")),
    "another shape": with_header({"a": said(shape=[2])}, bytes(4)),
    "a negative shape": with_header({"a": said(shape=[-1, -1])}, bytes(4)),
    "a fraction": with_header({"a": said(shape=[1.0])}, bytes(4)),
    "a hole": with_header({"a": said(offsets=[4, 8])}, bytes(8)),
    "overlap": with_header({"a": said(), "b": said()}, bytes(4)),
    "three offsets": with_header({"a": said(offsets=[0, 4, 4])}, bytes(4)),
}


@pytest.mark.parametrize("reader", [described, shapes, read, mapped])
@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_files_are_refused(path, case, reader):
    path.write_bytes(DAMAGED[case])
    with pytest.raises(ArtifactError, match=r"weights\.safetensors: cannot be read"):
        reader(path)


def test_metadata_is_no_array(path):
    path.write_bytes(with_header({"__metadata__": {"format": "np"}, "a": said()}, bytes(4)))
    assert read(path)["a"].tolist() == [0]


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ArtifactError, match="no: cannot be read"):
        read(tmp_path / "no")


@pytest.mark.parametrize(("reader", "function"), [(mapped, "memmap"), (read, "fromfile")])
def test_a_file_that_vanishes_is_refused(path, monkeypatch, reader, function):
    path.write_bytes(to_bytes({"a": np.ones(1)}))

    def refuse(*args, **options):
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(np, function, refuse)
    with pytest.raises(
        ArtifactError, match=r"weights\.safetensors: cannot be read: .*No such file"
    ):
        reader(path)
