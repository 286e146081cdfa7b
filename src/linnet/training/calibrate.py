"""Scores that mean what they say: fitted on validation rows, kept in the model's last layer.

The last layer of every architecture is linear. Multiplying its kernel and adding to its bias
changes the logits as a calibration asks for, so Keras, ONNX and the sparse engine all give
calibrated scores, and none of them knows.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.calibrate import Calibration, per_label, temperature
from linnet.models.model import walk
from linnet.training.train import Model, Trained
from linnet.types import Scores, Weights


def calibrated(trained: Trained) -> Trained:
    """Return a training whose models give calibrated scores.

    What is fitted on the model that the validation rows watched holds for the model trained again,
    too. Nothing changes without validation rows, where the settings say no, for a user's own
    layers, and where one softmax is shared by several labels of a text.

    Args:
        trained: What `train_model` returned.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.train import Material, train_model
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["good", "bad", ""] * 4))
        >>> material = Material(tokens, np.array([1, 0, 0] * 4), "binary", ("-", "+"))
        >>> split = Split(np.arange(6), np.arange(6, 12), np.arange(0))
        >>> made = train_model(material, split, config=configure(model="linear", epochs=2))
        >>> calibrated(made).calibration.method
        'temperature'
    """
    head, validation = trained.watched.plan.head, trained.split.validation
    several = trained.material.task == "multilabel"
    own = trained.watched.plan.build is not None
    if not trained.config.calibrate or not len(validation) or own or (several and head.softmax):
        return trained
    fit = per_label if several else temperature
    logits = trained.watched.engine.logits(trained.watched.watching.inputs)
    found = fit(logits, trained.material.answers(validation))
    watched = _scaled(trained.watched, found)
    again = trained.final is not trained.watched
    final = _scaled(trained.final, found) if again else watched
    return replace(trained, watched=watched, final=final, calibration=found)


def uncalibrated(trained: Trained, scores: Scores) -> Scores:
    """Return the scores as they were before `calibrated`.

    Args:
        trained: The training whose model gave the scores.
        scores: Shape (texts, labels).

    Example:
        >>> from types import SimpleNamespace
        >>> scores = np.float32([[0.5, 0.5]])
        >>> uncalibrated(SimpleNamespace(calibration=None), scores) is scores
        True
    """
    if trained.calibration is None:
        return scores
    head = trained.final.plan.head
    logits = head.logits(scores[:, 1:] if head.shared else scores)
    return head.scores(trained.calibration.inverse(logits))


def _scaled(model: Model, calibration: Calibration) -> Model:
    """Put a calibration into the weights of a model, those that its engine holds included."""
    fitted = model.fitted
    best = fitted.best_weights
    weights = _folded(model, fitted.weights, calibration)
    model.engine.set_weights(weights)
    return replace(
        model,
        fitted=replace(
            fitted, weights=weights,
            best_weights=None if best is None else _folded(model, best, calibration),
        ),
    )  # fmt: skip


def _folded(model: Model, weights: Weights, calibration: Calibration) -> Weights:
    name = [name for name, _, _ in walk(model.plan.layers, model.plan.sizes)][-1]
    kernel, bias = f"{name}.kernel", f"{name}.bias"
    scaled: dict[str, NDArray[np.float32]] = {
        kernel: weights[kernel] * calibration.scale,
        bias: weights[bias] * calibration.scale + calibration.shift,
    }
    return {**weights, **scaled}
