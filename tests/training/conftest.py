"""A small multiclass problem in bags and in ids, and the plans that learn it."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import scipy.sparse as sp

from linnet.models.heads import head
from linnet.models.model import Sizes, layers_for, takes_bags
from linnet.text.ids import Ids
from linnet.training.data import Data
from linnet.training.engines.engine import Plan, make_engine

NUM_ROWS, NUM_IDS, LENGTH = 40, 30, 12
SMALL = {
    "linear": {},
    "mlp": {"hidden": (6, 5), "dropout": 0.3},
    "fasttext": {"embedding_size": 5},
    "embedding": {"embedding_size": 4, "hidden": (5,)},
    "lstm": {"embedding_size": 4, "units": 4},
    "gru": {"embedding_size": 4, "units": 4},
    "bilstm": {"embedding_size": 4, "units": 4},
    "cnn": {"embedding_size": 4, "units": 4},
    "transformer": {"embedding_size": 4, "units": 4},
}


@dataclass(frozen=True)
class Problem:
    """Rows that a model can learn, in the form it takes."""

    task: str = "multiclass"
    loss: str | None = None
    seed: int = 0

    @property
    def head(self):
        return head(self.task, 2 if self.task == "binary" else 3, loss=self.loss)

    def lists(self, num_rows=NUM_ROWS):
        """Texts of every length, the empty one among them."""
        random = np.random.default_rng(self.seed)
        return [random.integers(2, NUM_IDS, at % (LENGTH + 1)).tolist() for at in range(num_rows)]

    def targets(self, num_rows=NUM_ROWS):
        random = np.random.default_rng(self.seed + 1)
        if self.task == "multilabel":
            return random.integers(0, 2, (num_rows, 3))
        return random.integers(0, self.head.num_labels, num_rows)

    def data(self, name, num_rows=NUM_ROWS, weights=None):
        lists = self.lists(num_rows)
        inputs = Ids.from_lists(lists)
        if takes_bags(self.layers(name)):
            counts = np.zeros((num_rows, NUM_IDS), np.float32)
            for row, ids in enumerate(lists):
                np.add.at(counts[row], ids, 0.5)
            inputs = sp.csr_array(counts)
        return Data(inputs, self.targets(num_rows), weights)

    @property
    def sizes(self):
        return Sizes(NUM_IDS, LENGTH, self.head.outputs)

    def layers(self, name, **options):
        return layers_for(name, self.sizes, options=SMALL[name] | options)

    def plan(self, name, *, optimizer="adam", learning_rate=0.05, batch_size=8, **options):
        return Plan(
            self.layers(name, **options), self.sizes, self.head, optimizer, learning_rate,
            batch_size, seed=self.seed,
        )  # fmt: skip

    def engine(self, name, engine="auto", **how):
        return make_engine(engine, self.plan(name, **how))


@pytest.fixture
def problem():
    return Problem()


@pytest.fixture
def problem_of():
    """Make a problem for another task, loss or seed."""
    return lambda **how: replace(Problem(), **how)
