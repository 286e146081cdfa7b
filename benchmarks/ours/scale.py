"""linnet on so many headlines: to n-grams, one epoch, predict; seconds and peak memory of each.

python scale.py news.parquet RUN --rows 10000

Headlines are drawn with replacement. What is fitted are the settings of the default model; what
predicts is the run, trained before. Peaks hold the texts too, and all that the phase before left.
"""

import argparse
import json
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

import linnet
from linnet.config import Config, configure
from linnet.models.heads import head
from linnet.models.model import Sizes, layers_for
from linnet.text.tokenize import tokenize
from linnet.text.vectorize import Vectorizer, fit
from linnet.training.data import Data
from linnet.training.engines.engine import Engine, Plan, make_engine
from linnet.training.settings import Measured, complete, options, text_settings

T = TypeVar("T")


def watched(phase: Callable[[], T]) -> tuple[dict[str, float], T]:
    """Return the seconds and the peak of a phase, and what it made."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    started = time.perf_counter()
    made = phase()
    seconds = time.perf_counter() - started
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return {"seconds": seconds, "megabytes": int(found[1]) / 1024}, made


def engine_for(config: Config, vectorizer: Vectorizer, classes: int) -> Engine:
    """Return the engine of the default model, ready to train."""
    end = head("multiclass", classes)
    sizes = Sizes(vectorizer.num_ids, vectorizer.settings.max_length or 1, end.outputs)
    layers = layers_for(str(config.model), sizes, options=options(config))
    plan = Plan(
        layers, sizes, end, str(config.optimizer), float(config.learning_rate or 0),
        int(config.batch_size or 1),
    )  # fmt: skip
    return make_engine(config.engine, plan)


def training(texts: pl.Series, targets: Any, config: Config) -> dict[str, dict[str, float]]:
    """Return what the n-grams cost, and one epoch."""

    def vectorise() -> tuple[Vectorizer, Any]:
        tokens = tokenize(texts, config.tokenizer or "words")
        vectorizer = fit(tokens, text_settings(config))
        return vectorizer, vectorizer.vectorize(tokens)

    cost, (vectorizer, inputs) = watched(vectorise)
    engine = engine_for(config, vectorizer, int(targets.max()) + 1)
    data, batches = Data(inputs, targets), engine.batches(inputs, np.random.default_rng(0))
    step = partial(engine.epoch, data, batches, number=1, tick=lambda rows: None)
    return {"vectorise": cost, "epoch": watched(step)[0]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", help="Parquet file with the columns TITLE and CATEGORY")
    parser.add_argument("run", help="folder of a trained model")
    parser.add_argument("--rows", type=int, required=True)
    chosen = parser.parse_args()
    table = pl.read_parquet(chosen.table, columns=["TITLE", "CATEGORY"])
    table = table.sample(chosen.rows, with_replacement=True, seed=0)
    texts, targets = table["TITLE"], table["CATEGORY"].rank("dense").to_numpy() - 1
    config = complete(configure(), Measured("multiclass", chosen.rows, int(targets.max()) + 1))
    costs = training(texts, targets, config)
    classifier = linnet.load(chosen.run)
    costs["predict"], _ = watched(lambda: classifier.predict_proba(texts))
    print(json.dumps(costs))


if __name__ == "__main__":
    main()
