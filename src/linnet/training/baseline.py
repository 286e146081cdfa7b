"""Logistic regression on TF-IDF words: what a model must beat to be worth its trouble.

Goes in: the rows of a run. Comes out: a model with fixed settings, trained on the same rows as the
one it stands beside. It looks at no test row, and nothing of it is searched for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.config import Config, configure
from linnet.evaluation.thresholds import best_threshold
from linnet.models.measured import Measured
from linnet.text.coverage import ideographs
from linnet.text.tokenize import Tokens
from linnet.training.settings import complete
from linnet.training.train import Known, Material, Model, Trained, fit_rows
from linnet.types import Rows, Scores, Split

BASELINE: Mapping[str, Any] = MappingProxyType({
    "model": "linear", "vectorizer": "tf_idf", "norm": "l2", "min_count": 1, "unknown": "drop",
    "optimizer": "rowwise_adagrad", "learning_rate": 0.2, "weights": "last",
    "engine": "sparse", "retrain": False, "calibrate": False, "checkpoints": "none",
})  # fmt: skip
"""What every baseline has; `baseline_settings` adds what follows from the number of rows. The runs
behind the numbers are in docs/LOG.md."""

EPOCHS, STEPS = 3, 512
EPOCHS_OF_MANY, STEPS_OF_MANY = 1, 128
"""Passes over the rows, and how many steps one has at least, before batches grow."""
MANY = 10_000_000
"""Answers to learn, rows × labels, from which on a pass takes long."""
MOST_IDS, MOST_WEIGHTS = 50_000, 10_000_000
SOME = 1_000
"""Rows that are looked at for the script that texts are written in."""
WORDS = "words"
OF_WORDS = (None, WORDS, "subwords")
"""Tokenizers whose tokens are those of `words`."""


def baseline_settings(num_rows: int, num_labels: int, *, ideographs: float = 0.0) -> dict[str, Any]:
    """Return the settings of a baseline, by their usual names.

    Args:
        num_rows: Rows it is trained on.
        num_labels: How many labels there are.
        ideographs: Share of the words that are one Chinese or Japanese character: mostly those
            are read as runs of three.

    Example:
        >>> chosen = baseline_settings(8_000, 4)
        >>> chosen["model"], chosen["ngrams"], chosen["batch_size"], chosen["epochs"]
        ('linear', 1, 16, 3)
        >>> chosen = baseline_settings(60_000, 1_238)
        >>> chosen["max_ids"], chosen["batch_size"], chosen["epochs"]
        (8077, 512, 1)
        >>> baseline_settings(0, 2)["batch_size"]
        8
    """
    many = num_rows * num_labels > MANY
    batch, steps = 8, STEPS_OF_MANY if many else STEPS
    while batch < 512 and batch * steps <= num_rows:
        batch *= 2
    return {
        **BASELINE,
        "ngrams": 3 if ideographs > 0.5 else 1,
        "max_ids": max(1_000, min(MOST_IDS, MOST_WEIGHTS // num_labels)),
        "batch_size": batch,
        "epochs": EPOCHS_OF_MANY if many else EPOCHS,
    }


def linear_baseline(
    material: Material, rows: Rows, *, tokenizer: str = WORDS, strip_markup: bool = False,
    seed: int = 0,
) -> Model:  # fmt: skip
    """Train logistic regression on the TF-IDF weights of the words.

    Args:
        material: All rows of a run. Weights of rows count; a saved model to go on from does not.
        rows: Those to learn from.
        tokenizer: What `material.tokens` were split with.
        strip_markup: Whether HTML tags were left out before.
        seed: Of the order of rows.

    Raises:
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 20))
        >>> material = Material(tokens, np.array([1, 0, 0] * 20), "binary", ("-", "+"))
        >>> model = linear_baseline(material, np.arange(60))
        >>> model.scores(tokenize(as_texts(["hyvä", "bad", "", "never seen"]))).argmax(1).tolist()
        [1, 0, 0, 0]
    """
    some = ideographs(material.tokens.select(rows[:SOME]))
    chosen = baseline_settings(len(rows), len(material.labels), ideographs=some)
    config = configure(**chosen, tokenizer=tokenizer, strip_markup=strip_markup, seed=seed)
    config = complete(config, Measured(material.task, len(rows), len(material.labels)))
    model = fit_rows(replace(material, start=None), config, rows=rows)
    return replace(model, learned=Known(rows[:0], model.learned.select(rows[:0])))


@dataclass(frozen=True, eq=False)
class Baseline:
    """The linear baseline of a run.

    Attributes:
        material: All rows, as the baseline reads them.
        final: Learned what the kept model of the run did.
        watched: Has not learned the validation rows; `final` where those were not learned, or
            where nobody asks.
        thresholds: Multilabel: the score from which on a label is given, one for all; else None.
    """

    material: Material
    final: Model
    watched: Model
    thresholds: NDArray[np.float32] | None

    def scores(self, rows: Rows, *, part: str = "test") -> Scores:
        """Return the scores of the rows of a part; validation rows have not been learned."""
        model = self.watched if part == "validation" else self.final
        return model.scores(self.material.tokens.select(rows))

    def trained(self, run: Trained) -> Trained:
        """Return the baseline as a training on the rows of a run, ready to be packed."""
        again = run.final is not run.watched
        watched = replace(self.final) if again else self.final
        return Trained(self.material, run.split, run.config, watched, self.final)


def train_baseline(run: Trained, tokens: Tokens | None = None) -> Baseline:
    """Train the linear baseline of a run on the rows that the kept model learned.

    For several labels per text the threshold is chosen on the validation rows, as the model's is,
    by a baseline that has not learned them; 0.5 where there are none.

    Args:
        run: The run it is to stand beside.
        tokens: All rows as words, where the run's tokens are not; None: the run's.

    Raises:
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.train import train_model
        >>> from linnet.types import Split
        >>> sets = np.eye(2, dtype=int)[[1, 0, 0] * 6]
        >>> material = Material(
        ...     tokenize(as_texts(["hyvä", "bad", ""] * 6)), sets, "multilabel", ("-", "+")
        ... )
        >>> split = Split(np.arange(9), np.arange(9, 18), np.arange(0))
        >>> run = train_model(material, split, config=configure(model="linear", epochs=1))
        >>> baseline = train_baseline(run)
        >>> baseline.scores(split.validation, part="validation").shape, baseline.thresholds.shape
        ((9, 2), (2,))
    """
    material = replace(run.material, start=None, tokens=tokens or run.material.tokens)
    again = run.final is not run.watched
    return fit_baseline(material, run.split, config=run.config, again=again)


def fit_baseline(
    material: Material, split: Split, *, config: Config, again: bool = True
) -> Baseline:
    """Train the linear baseline of a split.

    Args:
        material: All rows.
        split: Which of them are for what.
        config: How texts were split into tokens, and the seed.
        again: Whether it learns the validation rows, too.

    Raises:
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 6))
        >>> material = Material(tokens, np.array([1, 0, 0] * 6), "binary", ("-", "+"))
        >>> split = Split(np.arange(9), np.arange(9, 15), np.arange(15, 18))
        >>> fit_baseline(material, split, config=Config()).scores(split.test).argmax(1).tolist()
        [1, 0, 0]
    """
    fit = partial(
        linear_baseline, material, tokenizer=words_of(config), strip_markup=config.strip_markup,
        seed=config.seed,
    )  # fmt: skip
    if not again:
        final = watched = fit(split.train)
    else:
        final = fit(np.sort(np.concatenate([split.train, split.validation])))
        asked = material.task == "multilabel" or not len(split.test)
        watched = fit(split.train) if asked else final
    return Baseline(material, final, watched, _thresholds(material, split.validation, watched))


def _thresholds(material: Material, validation: Rows, watched: Model) -> NDArray[np.float32] | None:
    """Choose the score from which on a label is given."""
    if material.task != "multilabel":
        return None
    scores = watched.scores(material.tokens.select(validation))
    threshold = best_threshold(material.answers(validation), scores)
    return np.full(len(material.labels), threshold, np.float32)


def words_of(config: Config) -> str:
    """Return the tokenizer of a run's baseline: the run's, unless that splits words.

    Example:
        >>> [words_of(configure(tokenizer=each)) for each in ("keras", "subwords", "characters")]
        ['keras', 'words', 'words']
    """
    plain = config.tokenizer in (*OF_WORDS, "characters")
    return WORDS if plain else str(config.tokenizer)
