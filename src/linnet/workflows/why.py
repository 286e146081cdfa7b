"""Why a run's texts have their labels, and why a label is taken for another: plain data.

Goes in: a classifier and the rows that it answered. Comes out: what a report or a terminal shows.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from linnet.types import Scores, Targets

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from linnet.runtime.classifier import Classifier
    from linnet.runtime.separation import Pull

NUM_PAIRS, NUM_PAIRS_OF_REPORT = 5, 3
NUM_WORDS = 8
TEXTS_PER_LABEL, TEXTS_PER_LABEL_OF_REPORT = 100, 25
FEW, FEWEST = 10, 4
"""Texts per label of models that are asked again without each word: at least, and for a report."""
MOST_IDS, MOST_IDS_OF_REPORT = 1_000_000, 200_000
"""How much such models read, of each pair and for each part of a report: 5 s and 1 s of an LSTM."""
OVERHEAD = 1_000
"""What asking costs besides, as so many ids."""
LONGEST_TEXT = 2_000


def with_words(
    answered: Sequence[dict[str, Any]], classifier: "Classifier"
) -> list[dict[str, Any]]:
    """Return answered texts with the words that decided, and the texts cut to what is shown.

    A model of ids is asked again without each word, so of such models only as many texts are
    explained as half a second allows; of a Keras model of one's own none.

    Args:
        answered: As `linnet.workflows.answers` makes them, whole. A wrong answer is explained as
            what it is told from the true label.
        classifier: The model.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> row = {"text": "hyvä", "label": ["1"], "scores": [["1", 0.9], ["0", 0.1]]}
        >>> [each["why"]["label"] for each in with_words([row], run.classifier)]
        ['1']
    """
    from linnet.workflows.answers import cut

    left = MOST_IDS_OF_REPORT if classifier.manifest["layers"] is not None else 0
    found = list[dict[str, Any]]()
    for each in answered:
        text, shown = each["text"], {**each, "text": cut(each["text"], LONGEST_TEXT)}
        cost = _cost(classifier, text)
        if each["scores"] and cost <= left:
            label, against = _told_apart(each, classifier)
            (why,) = classifier.explain([text], label=label, against=against)
            shown["why"] = why.to_json(most_characters=LONGEST_TEXT)
            left -= cost
        found.append(shown)
    return found


def _told_apart(answer: dict[str, Any], classifier: "Classifier") -> tuple[str, str | None]:
    """Return the label to be explained, and for a wrong one the true label."""
    best, true = answer["scores"][0][0], answer["label"]
    wrong = [label for label in answer.get("given", [best]) if label not in true]
    if classifier.task == "multilabel":
        missed = [label for label in true if label not in answer.get("given", true)]
        return next(iter([*wrong, *missed]), best), None
    known = [label for label in true if label in classifier.labels]
    return best, known[0] if wrong and known and "given" in answer else None


def _cost(classifier: "Classifier", text: str) -> int:
    """Return how many ids a model reads to explain a text; 1 for bags, which are quick."""
    from linnet.runtime.occlusion import MOST_IDS as MOST_IDS_OF_TEXT
    from linnet.text.tokenize import as_texts

    if classifier.bag_model is not None:
        return 1
    vectorizer = classifier.vectorizer
    num_words = len(vectorizer.seen(vectorizer.tokens(as_texts([text]))))
    return min(num_words**2, MOST_IDS_OF_TEXT) + OVERHEAD


def _highest_cost(classifier: "Classifier", texts: "pl.Series") -> int:
    """Return the highest cost of the first few texts."""
    return max((_cost(classifier, text) for text in texts.head(FEW)), default=1)


def separations_for_report(
    classifier: "Classifier", texts: "pl.Series", *, known: Targets, scores: Scores
) -> list[dict[str, Any]]:
    """Return `separations` of fewer texts: none where a model would need too long.

    Args:
        classifier: The model.
        texts: What it answered.
        known: Their true classes, or for multilabel 0 and 1: there are no pairs then.
        scores: What it answered, shape (texts, labels).

    Example:
        >>> from types import SimpleNamespace
        >>> model = SimpleNamespace(task="multilabel", manifest={"layers": []})
        >>> separations_for_report(model, None, known=None, scores=None)
        []
    """
    if classifier.task == "multilabel" or classifier.manifest["layers"] is None:
        return []
    asked = 4 * NUM_PAIRS_OF_REPORT * _highest_cost(classifier, texts)
    most = min(TEXTS_PER_LABEL_OF_REPORT, MOST_IDS_OF_REPORT // asked)
    if most < FEWEST:
        return []
    return separations(
        classifier, texts, known=known, scores=scores, num_pairs=NUM_PAIRS_OF_REPORT,
        texts_per_label=most,
    )  # fmt: skip


def separations(
    classifier: "Classifier",
    texts: "pl.Series",
    *,
    known: Targets,
    scores: Scores,
    num_pairs: int = NUM_PAIRS,
    texts_per_label: int | None = None,
) -> list[dict[str, Any]]:
    """Return for the labels most often taken for each other the words that separate them.

    Args:
        classifier: The model.
        texts: What it answered.
        known: Their true classes, shape (texts,); classes that the model does not have come
            after those that it has, and are left out.
        scores: What it answered, shape (texts, labels).
        num_pairs: For how many pairs of labels.
        texts_per_label: How many texts of each label are asked, evenly spaced, and how many of
            those that are taken for the other; None: 100, or as few as 10 where the model has to
            be asked again for each word.

    Returns:
        Per pair `labels`, the `method`, how many `texts` were asked, `towards`: for each of the
        two labels words with their mean pull and the number of their texts, and `taken`: per
        direction `true`, `predicted`, `rows` and the `words` that misled.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> import numpy as np, polars as pl
        >>> run, asked = train(table, duplicates="keep", epochs=1), pl.Series(["good", "bad"])
        >>> found = separations(run.classifier, asked, known=np.array([1, 0]), scores=np.eye(2))
        >>> found[0]["labels"], [each["rows"] for each in found[0]["taken"]]
        (['0', '1'], [1, 1])
    """
    from linnet.evaluation.mistakes import mixed_up

    predicted = scores.argmax(axis=1)
    most = texts_per_label
    if most is None:
        most = min(TEXTS_PER_LABEL, max(FEW, MOST_IDS // (4 * _highest_cost(classifier, texts))))
    of_model = known < len(classifier.labels)
    pairs = mixed_up(known[of_model], predicted[of_model], num=num_pairs)
    return [
        _pair(classifier, texts, known=known, predicted=predicted, pair=(a, b), most=most)
        for a, b, *_ in pairs
    ]


def _pair(
    classifier: "Classifier",
    texts: "pl.Series",
    *,
    known: Targets,
    predicted: Targets,
    pair: tuple[int, int],
    most: int,
) -> dict[str, Any]:
    import numpy as np

    labels = [classifier.labels[each] for each in pair]
    rows = np.concatenate([_spaced(np.flatnonzero(known == each), most) for each in pair])
    found = classifier.separate(labels[0], labels[1], texts.gather(rows))
    taken = list[dict[str, Any]]()
    for true, given in (pair, pair[::-1]):
        wrong = np.flatnonzero((known == true) & (predicted == given))
        if not len(wrong):
            continue
        names = classifier.labels[true], classifier.labels[given]
        misled = classifier.separate(*names, texts.gather(_spaced(wrong, most)))
        words = _told(misled.towards(names[1], NUM_WORDS))
        taken.append({"true": names[0], "predicted": names[1], "rows": len(wrong), "words": words})
    towards = [_told(found.towards(each, NUM_WORDS)) for each in labels]
    return {
        "labels": labels, "method": found.method, "texts": found.texts, "towards": towards,
        "taken": taken,
    }  # fmt: skip


def _spaced(rows: "NDArray[np.int64]", most: int) -> "NDArray[np.int64]":
    import numpy as np

    chosen: NDArray[np.int64] = rows[
        np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)
    ]
    return chosen


def _told(pulls: "Sequence[Pull]") -> list[list[Any]]:
    return [[each.word, round(abs(each.mean), 4), each.texts] for each in pulls]
