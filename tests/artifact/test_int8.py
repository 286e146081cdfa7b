import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from linnet.artifact.int8 import SCALE, from_int8, to_int8
from linnet.artifact.tensors import byte_ranges, read, to_bytes
from linnet.errors import ArtifactError

NUMBERS = st.floats(-1e4, 1e4, width=32)
TABLES = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, min_side=0), elements=NUMBERS)


@given(TABLES)
def test_numbers_come_back_to_half_a_step_of_their_row(table):
    packed = to_int8("table", table)
    assert packed["table"].dtype == np.int8
    assert packed["table" + SCALE].dtype == np.float16
    back = from_int8(packed)
    assert list(back) == ["table"]
    assert back["table"].dtype == np.float32
    largest = np.abs(table).max(axis=1, keepdims=True, initial=0)
    # Half a step, what float16 rounds of 127 steps, and its smallest number for rows near zero.
    most = largest / 127 * 0.5 + largest * 2**-11 + 127 * 2**-24
    assert (np.abs(back["table"] - table) <= most * 1.001).all()


def test_rows_of_zeros_stay_zeros():
    back = from_int8(to_int8("table", np.zeros((3, 2), np.float32)))
    assert back["table"].tolist() == [[0, 0]] * 3


@pytest.mark.parametrize("number", [1e7, 3e38, np.inf, np.nan])
def test_numbers_too_large_stay_as_they_are(number):
    table = np.float32([[0.5, number]])
    packed = to_int8("table", table)
    assert list(packed) == ["table"]
    np.testing.assert_array_equal(packed["table"], table)


def test_files_with_tables_in_int8_are_read_as_float32(tmp_path):
    path = tmp_path / "weights.safetensors"
    table, bias = np.float32([[1, 2], [-3, 0.5]]), np.float32([0.1])
    content = to_bytes(to_int8("bag_0.kernel", table) | {"dense_1.bias": bias})
    path.write_bytes(content)
    weights = read(path)
    assert sorted(weights) == ["bag_0.kernel", "dense_1.bias"]
    np.testing.assert_allclose(weights["bag_0.kernel"], table, atol=0.02)
    assert weights["dense_1.bias"].tolist() == bias.tolist()
    ranges = byte_ranges(content)
    assert [ranges[name][1] for name in ("bag_0.kernel", "bag_0.kernel" + SCALE)] == [4, 4]
    assert all(offset % 4 == 0 for offset, length in ranges.values() if length == 4)


def test_scales_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    packed = to_int8("table", np.ones((3, 2), np.float32))
    path.write_bytes(to_bytes(packed | {"table" + SCALE: np.ones((2, 1), np.float16)}))
    with pytest.raises(ArtifactError, match=r"scales of shape \(2, 1\) for 'table' of shape"):
        read(path)
    path.write_bytes(to_bytes({"table": np.ones((), np.int8), "table" + SCALE: np.ones((1, 1))}))
    with pytest.raises(ArtifactError, match=r"scales of shape \(1, 1\) for 'table' of shape \(\)"):
        read(path)
