"""A program's training over some steps instead of all, and what the rest would have cost.

`shorten(steps)` changes Keras's fit and evaluate for the process that calls it: each goes through
at most so many batches after the first, which compiles; the batches that are left out are
counted with the mean of those that were timed. The scores then say nothing.
"""

import time
from typing import Any

import keras

WARM = 1
LEFT_OUT = ("seconds_left_out", "cpu_seconds_left_out")
shortened: dict[str, float] = {}
"""Steps timed, and the cost of those that were left out; empty where all are run."""


class Clock(keras.callbacks.Callback):
    """Time the batches of one kind, from the end of the first to the end of the last."""

    def __init__(self, steps: int, *, training: bool) -> None:
        super().__init__()
        self.steps, self.training = steps, training
        self.done = 0
        self.first = self.last = (0.0, 0.0)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count a batch of training, and end it after enough."""
        if self.training:
            self._count(logs)
            if self.done == WARM + self.steps:
                self.model.stop_training = True

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count a batch of validation or test."""
        if not self.training:
            self._count(logs)

    def _count(self, logs: Any) -> None:
        self.done += 1
        if self.done >= WARM:
            float(logs["loss"])  # waits for what still runs
            self.last = (time.perf_counter(), time.process_time())
        if self.done == WARM:
            self.first = self.last

    def leave_out(self, all_steps: int) -> None:
        """Count the batches that were not run."""
        timed = self.done - WARM
        if self.done >= all_steps:
            return
        if timed < 1:
            raise SystemExit(f"{self.done} batches are too few to time: give more --steps")
        for name, first, last in zip(LEFT_OUT, self.first, self.last, strict=True):
            shortened[name] += (all_steps - self.done) * (last - first) / timed


def num_batches(x: Any, batch_size: int | None) -> int:
    """Return the batches of an array or of a data set that is cut into batches already."""
    return -(-len(x) // (batch_size or 32)) if hasattr(x, "shape") else int(x.cardinality())


def shorten(steps: int) -> None:
    """Let fit and evaluate go through at most so many batches."""
    whole_fit, whole_evaluate = keras.Model.fit, keras.Model.evaluate
    most = WARM + steps
    shortened.update(steps=steps, **dict.fromkeys(LEFT_OUT, 0.0))

    def fit(model: Any, *data: Any, epochs: int, **options: Any) -> Any:
        batch_size = options.get("batch_size")
        watched = options.get("validation_data")
        watched = watched[0] if isinstance(watched, tuple) else watched
        num_watched = 0 if watched is None else num_batches(watched, batch_size)
        training, validating = Clock(steps, training=True), Clock(steps, training=False)
        options["callbacks"] = [*options.get("callbacks", ()), training, validating]
        options["validation_steps"] = min(most, num_watched) or None
        history = whole_fit(model, *data, epochs=1, **options)
        training.leave_out(epochs * num_batches(data[0], batch_size))
        validating.leave_out(epochs * num_watched)
        return history

    def evaluate(model: Any, x: Any, y: Any = None, **options: Any) -> Any:
        if options.pop("_use_cached_eval_dataset", False):  # from within fit
            return whole_evaluate(model, x, y, **options)
        clock, all_steps = Clock(steps, training=False), num_batches(x, options.get("batch_size"))
        options |= {"steps": min(most, all_steps), "callbacks": [clock]}
        scores = whole_evaluate(model, x, y, **options)
        clock.leave_out(all_steps)
        return scores

    keras.Model.fit, keras.Model.evaluate = fit, evaluate
