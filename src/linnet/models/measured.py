"""What is known of the training rows before a model is made, and what follows for their text.

The runs behind every number are in docs/LOG.md.
"""

from dataclasses import dataclass
from typing import Any

from linnet.types import Task

UNSEEN = 0.03
SOME_LABELS = 32
MOST_WORDS = 5_000_000
"""Subwords are eight times as many as words: of more, they take gigabytes and minutes."""
MOST_IDS, MOST_IDS_OF_MANY = 200_000, 400_000


@dataclass(frozen=True)
class Measured:
    """What is known of the rows before training.

    Attributes:
        task: Binary, multiclass or multilabel.
        num_rows: Training rows.
        num_labels: How many labels there are.
        validated: Whether there are validation rows; without, nothing stops training early, so
            the number of epochs is small unless it is given.
        unseen: Share of the words of a new text that the training rows do not have, 0 to 1.
        num_words: Words and symbols of all training texts together.
        ideographs: Share of the words that are one Chinese or Japanese character, 0 to 1.
    """

    task: Task
    num_rows: int
    num_labels: int
    validated: bool = True
    unseen: float = 0.0
    ideographs: float = 0.0
    num_words: int = 0


def bags_for(found: Measured) -> dict[str, Any]:
    """Return which tokens a bag should hold.

    Where many words of a new text would be unknown (few or short texts, languages that glue words
    together) runs of characters know parts of them, and they help to tell many labels apart;
    languages written without spaces need runs of three characters instead, for a character is
    less than a word.

    Example:
        >>> bags_for(Measured("binary", 9, 2))
        {'tokenizer': 'words', 'ngrams': 2, 'max_ids': 200000}
        >>> bags_for(Measured("binary", 9, 2, unseen=0.1))
        {'tokenizer': 'subwords', 'ngrams': 2, 'max_ids': 400000}
        >>> bags_for(Measured("binary", 9, 2, unseen=0.1, ideographs=0.9))
        {'tokenizer': 'words', 'ngrams': 3, 'max_ids': 400000}
        >>> bags_for(Measured("multiclass", 9000, 46))["tokenizer"]
        'subwords'
    """
    if found.ideographs > 0.5:
        return {"tokenizer": "words", "ngrams": 3, "max_ids": MOST_IDS_OF_MANY}
    many = (
        found.task != "multilabel"
        and found.num_labels > SOME_LABELS
        and found.num_words <= MOST_WORDS
    )
    if found.unseen >= UNSEEN or many:
        return {"tokenizer": "subwords", "ngrams": 2, "max_ids": MOST_IDS_OF_MANY}
    return {"tokenizer": "words", "ngrams": 2, "max_ids": MOST_IDS}
