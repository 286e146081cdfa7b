"""How well whole sets of labels are met: multilabel only.

Goes in: counts per row. Comes out: floats, means over rows.
"""

import numpy as np

from linnet.evaluation.counts import Counts, f1


def label_set_metrics(per_row: Counts, *, num_labels: int) -> dict[str, float]:
    """Return how many rows, cells and sets are right.

    `binary_accuracy` is near 1 wherever labels are rare, so what answering nothing would reach
    stands beside it. A row with no labels and none predicted is right, but has the F1 0.

    Args:
        per_row: Counts of shape (rows,), at least one row.
        num_labels: Labels that a row can have.

    Example:
        >>> one = np.array([1])
        >>> one_of_two = Counts(true_positives=one, predicted=one, support=2 * one)
        >>> label_set_metrics(one_of_two, num_labels=4)
        {'subset_accuracy': 0.0, 'hamming_loss': 0.25, 'sample_f1': 0.6666666666666666,
         'binary_accuracy': 0.75, 'all_zeros_binary_accuracy': 0.5, 'labels_per_row': 2.0}
    """
    wrong = per_row.predicted + per_row.support - 2 * per_row.true_positives
    hamming_loss = float(wrong.mean() / num_labels)
    labels_per_row = float(per_row.support.mean())
    return {
        "subset_accuracy": float(np.mean(wrong == 0)),
        "hamming_loss": hamming_loss,
        "sample_f1": float(f1(per_row).mean()),
        "binary_accuracy": 1 - hamming_loss,
        "all_zeros_binary_accuracy": 1 - labels_per_row / num_labels,
        "labels_per_row": labels_per_row,
    }
