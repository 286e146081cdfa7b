"""Scores that mean what they say: fitting, and the error that is left."""

import numpy as np
import pytest

from linnet.evaluation.calibrate import per_label, temperature
from linnet.evaluation.calibration import calibration_error, error_if_perfect


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def drawn(num_rows, num_labels, *, seed=0):
    """Logits, and targets drawn by their softmax: perfectly calibrated."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (num_rows, num_labels)).astype(np.float32)
    ends = softmax(logits).cumsum(axis=1)
    return logits, (random.random((num_rows, 1)) > ends).sum(axis=1).clip(0, num_labels - 1)


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("num_labels", [2, 7])
def test_the_temperature_is_found_again(factor, num_labels):
    logits, targets = drawn(20_000, num_labels)
    found = temperature(logits * np.float32(factor), targets)
    assert 1 / found.scale == pytest.approx(np.full(num_labels, factor), rel=0.05)
    scores = softmax(logits * factor * found.scale)
    assert calibration_error(targets, scores) <= error_if_perfect(scores) + 0.005


def test_two_labels_that_share_a_sigmoid_have_the_same_temperature():
    logits, targets = drawn(500, 2)
    alone = temperature(3 * (logits[:, 1:] - logits[:, :1]), targets)
    assert alone.scale == pytest.approx(temperature(3 * logits, targets).scale[:1], rel=1e-3)
    assert alone.scale.shape == alone.shift.shape == (1,)


def test_few_rows_hardly_move_it():
    sure = np.full((3, 2), [0.0, 5.0], np.float32)
    assert 0.25 < temperature(sure, np.array([0, 1, 1])).scale[0] < 1
    assert temperature(sure, np.array([1, 1, 1])).scale[0] < 1.5


def test_few_rows_of_several_labels_hardly_move_them():
    sure = np.float32([[4, -4], [4, -4], [-4, 4]])
    found = per_label(sure, np.array([[1, 0], [1, 0], [0, 1]]))
    assert (found.scale < 1.5).all()
    assert (np.abs(found.shift) < 0.5).all()


def sets(num_rows, scale, shift, *, seed=0):
    random = np.random.default_rng(seed)
    logits = random.normal(-1, 2, (num_rows, len(scale))).astype(np.float32)
    share = 1 / (1 + np.exp(-(logits * scale + shift)))
    return logits, (random.random(share.shape) < share).astype(np.uint8)


def test_each_label_gets_its_own_scale_and_shift():
    scale, shift = np.array([0.5, 1.0, 2.0]), np.array([1.0, 0.0, -1.0])
    found = per_label(*sets(20_000, scale, shift))
    assert found.scale == pytest.approx(scale, rel=0.1)
    assert found.shift == pytest.approx(shift, abs=0.1)


def test_a_rare_label_stays_near_the_others():
    logits, targets = sets(400, np.full(6, 0.5), np.full(6, 1.0))
    targets[:, 5] = 0
    found = per_label(logits, targets)
    assert abs(found.scale[5] - found.scale[:5].mean()) < 0.3
    assert found.shift[5] < found.shift[:5].min()
    nothing = per_label(logits[:0], targets[:0])
    assert (nothing.scale == 1).all()
    assert (nothing.shift == 0).all()


def test_labels_that_nothing_or_everything_has_end_with_numbers():
    logits = np.float32([[40, -40, 0]] * 30)
    found = per_label(logits, np.array([[1, 0, 1]] * 30))
    assert np.isfinite(found.scale).all()
    assert np.isfinite(found.shift).all()


def test_the_inverse_undoes_it():
    logits, targets = sets(200, np.array([0.5, 2.0]), np.array([1.0, -1.0]))
    found = per_label(logits, targets)
    changed = logits * found.scale + found.shift
    np.testing.assert_allclose(found.inverse(changed), logits, atol=1e-4)


def test_the_error_of_a_perfect_model_is_rarely_above_its_limit():
    above = 0
    for seed in range(100):
        logits, targets = drawn(300, 3, seed=seed)
        scores = softmax(logits)
        above += calibration_error(targets, scores) > error_if_perfect(scores)
    assert 1 <= above <= 12  # 5 of 100 are expected
    logits, targets = drawn(3000, 3)
    sure = softmax(4 * logits)
    assert calibration_error(targets, sure) > 3 * error_if_perfect(sure)
