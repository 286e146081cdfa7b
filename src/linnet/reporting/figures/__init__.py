"""Figures for who goes on in Python: what the report shows, to change and to save.

Goes in: plain lists and names, as a run's files hold them. Comes out: a matplotlib Figure that
belongs to the caller: pyplot knows nothing of it, so no window opens and no setting of matplotlib
is changed.
"""

from linnet.reporting.figures.confusion import plot_confusion
from linnet.reporting.figures.history import plot_history
from linnet.reporting.figures.learning_curve import plot_learning_curve
from linnet.reporting.figures.scores import plot_calibration, plot_precision_recall, plot_roc
from linnet.reporting.figures.texts import plot_class_counts, plot_lengths

__all__ = [
    "plot_calibration",
    "plot_class_counts",
    "plot_confusion",
    "plot_history",
    "plot_learning_curve",
    "plot_lengths",
    "plot_precision_recall",
    "plot_roc",
]
