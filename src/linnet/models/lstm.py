"""A long short-term memory that reads the words in order."""

from functools import partial
from typing import Any

from linnet.models import recurrent
from linnet.models.layers.lstm import LSTM

SETTINGS: dict[str, Any] = {
    "vectorizer": "ids", "max_ids": 20_000, "optimizer": "adam", "learning_rate": 0.001,
    "batch_size": 64, "epochs": 10, "patience": 2,
}  # fmt: skip

layers = partial(recurrent.layers, LSTM)
