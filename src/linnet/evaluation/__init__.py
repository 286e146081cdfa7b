"""How good a model's answers are: arrays in, numbers out.

Goes in: what a model should have answered (targets) and its probabilities (scores). Comes out:
plain floats and lists, ready for JSON. Knows nothing of texts, models and tables.

    metrics.py     evaluate: everything; quick: what training watches; headline: the one number
    counts.py      precision, recall, F1; label_sets.py, ranking.py, losses.py: the other metrics
    intervals.py   how far a metric could lie from what was measured
    history.py     best epochs and overfitting, from the rows of a history
    decisions.py   decide: from scores to classes, the one rule; top_k: the highest scored
    thresholds.py  from which score on a multilabel model should give a label
    baselines.py   what an answer costs nothing would reach
    curves.py      points of ROC and precision-recall curves
    calibration.py whether a score means what it says
    faithfulness.py whether the words that an explanation names are those that decide
    forecast.py    what more training rows would give, from the points of a learning curve
    mistakes.py    the most confident wrong rows, the pairs of labels that are confused
"""
