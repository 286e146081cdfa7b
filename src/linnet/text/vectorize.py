"""Texts to the arrays a model takes: ids in order, or bags of weighted ids.

A `Vectorizer` is made once from training texts, stored in the artifact by value, and is the same
object in training and in serving. It knows nothing of models, and of labels only how much each id
tells of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import ConfigError, DataError
from linnet.registry import resolve
from linnet.text.bags import Bags, counted_bags
from linnet.text.count import count
from linnet.text.few import FewBags, few_bags
from linnet.text.idf import idf_of, texts_with
from linnet.text.ids import Ids
from linnet.text.odds import log_odds
from linnet.text.tokenize import PIECES, TOKENIZERS, Tokens, as_texts, tokenize
from linnet.text.vocabulary import PADDING, UNKNOWN, Vocabulary, find, following
from linnet.types import Rows, Targets

Inputs: TypeAlias = "Ids | Bags"
Served: TypeAlias = "Ids | Bags | FewBags"
"""What a saved model is given."""

AnyBags = TypeVar("AnyBags", "Bags", FewBags)

BAGS = ("multi_hot", "count", "tf_idf", "keras_tf_idf", "log_odds")
IDF = ("tf_idf", "keras_tf_idf")
WEIGHTED = (*IDF, "log_odds")
VECTORIZERS = ("ids", *BAGS)
CHOICES: dict[str, tuple[str, ...]] = {
    "tokenizer": tuple(TOKENIZERS),
    "unknown": ("id", "drop"),
    "vectorizer": VECTORIZERS,
    "norm": ("none", "l1", "l2"),
    "pad": ("pre", "post"),
    "cut": ("pre", "post"),
}
LEAST = {"ngrams": 1, "max_ids": 3, "min_count": 1, "max_length": 1}
NONE_MEANS = ("max_ids", "max_length")
MOST_NGRAMS = 100
LONGEST_LENGTH = 500
COVERED_SHARE = 0.95
FEW_TOKENS = 1000
"""Up to how many tokens bags cost less without SciPy."""
FEW_PAIRS = 20_000
"""Up to how many pairs a binary search costs less than a hash table."""


@dataclass(frozen=True)
class TextSettings:
    """How texts become ids or bags; all of it is stored in the artifact.

    Attributes:
        tokenizer: A name of `linnet.text.tokenize.TOKENIZERS`.
        strip_markup: Whether HTML tags are left out and its entities read before.
        ngrams: The longest n-gram, in words; more than 1 only for bags.
        max_ids: Rows of the vocabulary at most, padding and unknown included; None: no limit.
        min_count: Rarer tokens get no id.
        unknown: Whether a token without id becomes the id 1 or is dropped.
        vectorizer: ids, multi_hot (1 for each id that occurs), count, tf_idf
            ((1 + ln count) × inverse document frequency, as scikit-learn's with sublinear_tf) or
            keras_tf_idf (count × ln(1 + texts / (1 + texts with the id)), as TextVectorization's).
        norm: What each bag is divided by: l1 (sum of weights), l2 (length), or none.
        max_length: Ids kept of a text, for ids only; None: as many as 95 % of the training texts
            have, at most 500.
        pad: At which end a fixed-length model sees padding.
        cut: At which end a text that is too long loses ids.
    """

    tokenizer: str = "words"
    strip_markup: bool = False
    ngrams: int = 1
    max_ids: int | None = None
    min_count: int = 1
    unknown: Literal["id", "drop"] = "id"
    vectorizer: Literal["ids", "multi_hot", "count", "tf_idf", "keras_tf_idf", "log_odds"] = "ids"
    norm: Literal["none", "l1", "l2"] = "none"
    max_length: int | None = None
    pad: Literal["pre", "post"] = "pre"
    cut: Literal["pre", "post"] = "pre"

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
        for name, least in LEAST.items():
            if (number := getattr(self, name)) is None and name in NONE_MEANS:
                continue
            if not isinstance(number, Integral) or isinstance(number, bool) or number < least:
                raise ConfigError(f"{name} must be at least {least}, not {number!r}")
        if not isinstance(self.strip_markup, bool):
            raise ConfigError(f"strip_markup must be true or false, not {self.strip_markup!r}")
        if self.ngrams > MOST_NGRAMS:
            raise ConfigError(f"ngrams must be at most {MOST_NGRAMS}, not {self.ngrams}")
        if self.vectorizer == "ids" and self.ngrams > 1:
            raise ConfigError(
                f"ngrams = {self.ngrams} needs a bag: set vectorizer to {', '.join(BAGS)}, "
                "or ngrams to 1"
            )


@dataclass(frozen=True)
class Vectorizer:
    """Turns texts into ids or bags; made by `fit`, or from what an artifact holds."""

    settings: TextSettings
    vocabulary: Vocabulary

    @property
    def num_ids(self) -> int:
        """Rows of the vocabulary: padding and unknown included."""
        return len(self.vocabulary)

    @property
    def gives_bags(self) -> bool:
        """Whether inputs are bags rather than ids."""
        return self.settings.vectorizer in BAGS

    def __call__(self, texts: Sequence[str] | pl.Series) -> Inputs:
        """Return the model's inputs for these texts, in their order."""
        return self.vectorize(self.tokens(as_texts(texts)))

    def tokens(self, texts: pl.Series) -> Tokens:
        """Return texts split into tokens, as `vectorize` takes them."""
        settings = self.settings
        return tokenize(texts, settings.tokenizer, strip_markup=settings.strip_markup)

    def few(self, tokens: Tokens) -> Served:
        """Return the inputs of a few texts: the numbers that `vectorize` gives, sooner."""
        if self.gives_bags and len(tokens.codes) <= FEW_TOKENS:
            return self.weighed(self.few_counts(tokens))
        return self.vectorize(tokens)

    def few_counts(self, tokens: Tokens) -> FewBags:
        """Return how often each of a few texts holds each id."""
        return few_bags(self._found(tokens), self.num_ids)

    def vectorize(self, tokens: Tokens) -> Inputs:
        """Return the inputs for texts that are tokenised already."""
        if self.gives_bags:
            return self.weighed(self.counts(tokens))
        return self._ids(tokens, self._word_ids(tokens))

    def words(self, ids: Sequence[int] | NDArray[np.integer[Any]]) -> list[str]:
        """Return what each id stands for: the way back from `Ids`, padding left out."""
        kept = [each for each in np.asarray(ids, np.int64).tolist() if each != PADDING]
        return self.vocabulary.tokens.gather(kept).to_list() if kept else []

    def _word_ids(self, tokens: Tokens) -> NDArray[np.int32]:
        """Give each distinct word its id, 1 for the unknown ones."""
        get = self.vocabulary.index.get
        return np.fromiter(
            (get(word, UNKNOWN) for word in tokens.words), np.int32, len(tokens.words)
        )

    def _pieces(self, tokens: Tokens) -> Ids:
        """Give each distinct word the ids of its pieces; unknown pieces are left out."""
        pieces = resolve(PIECES, self.settings.tokenizer)
        index = self.vocabulary.index
        found = [[index[p] for p in pieces(word) if p in index] for word in tokens.words]
        return Ids.from_lists(found)

    def _ids(self, tokens: Tokens, word_ids: NDArray[np.int32]) -> Ids:
        ids = Ids(word_ids[tokens.codes], tokens.offsets)
        if self.settings.tokenizer in PIECES:
            ids = _with_pieces(ids, self._pieces(tokens), tokens.codes)
        if self.settings.unknown == "drop":
            ids = ids.keep(ids.values != UNKNOWN)
        return ids.cut(self.settings.max_length or LONGEST_LENGTH, self.settings.cut)

    def counts(self, tokens: Tokens) -> Bags:
        """Return how often each text holds each id."""
        bags, *others = [self._counted(each) for each in self._found(tokens)]
        for each in others:
            bags += each
        return bags

    def placed(
        self, tokens: Tokens
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """Return every id that bags count, and which tokens it stands for.

        Returns:
            The ids, and the first and the last token of each, counted over all texts: one token
            for a word and for a piece of one, several for an n-gram.
        """
        ids, last, sizes = list[NDArray[np.int32]](), list[NDArray[np.int64]](), list[int]()
        for size, each in enumerate(self._endings(tokens), 1):
            at = np.flatnonzero(each != PADDING)
            ids, last, sizes = [*ids, each[at]], [*last, at], [*sizes, size]
        if self.settings.tokenizer in PIECES:
            pieces = self._pieces(tokens).select(tokens.codes.astype(np.int64))
            at = np.repeat(np.arange(len(tokens.codes)), pieces.lengths)
            ids, last, sizes = [*ids, pieces.values], [*last, at], [*sizes, 1]
        first = [at - size + 1 for at, size in zip(last, sizes, strict=True)]
        return np.concatenate(ids), np.concatenate(first), np.concatenate(last)

    def seen(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the places of the tokens of one text that a model of ids is given.

        The others have no id, or are cut off. Of bags every token may matter: its neighbours are
        a pair without it.
        """
        everything = np.arange(len(tokens.codes))
        if self.gives_bags:
            return everything
        alone = Tokens(tokens.codes, np.arange(len(tokens.codes) + 1), tokens.words)
        lengths = self._ids(alone, self._word_ids(tokens)).lengths
        ends, most = np.cumsum(lengths), self.settings.max_length or LONGEST_LENGTH
        inside = (
            ends - lengths < most if self.settings.cut == "post" else ends > lengths.sum() - most
        )
        return everything[(lengths > 0) & inside]

    def _endings(self, tokens: Tokens) -> list[NDArray[np.int32]]:
        """Return which word ends at each token, which pair, and so on, 0 for none."""
        ids = self._word_ids(tokens)[tokens.codes]
        words = ids if self.settings.unknown == "id" else np.where(ids == UNKNOWN, PADDING, ids)
        return [words, *self._ngrams(tokens, ids)]

    def _found(self, tokens: Tokens) -> list[Ids]:
        """Return the ids of each text: those of words and n-grams, and those of pieces."""
        ending = self._endings(tokens)
        flat = Ids(np.stack(ending, 1).ravel(), tokens.offsets * len(ending))
        found = [flat.keep(flat.values != PADDING)]
        if self.settings.tokenizer in PIECES:
            pieces = self._pieces(tokens).select(tokens.codes.astype(np.int64))
            found.append(Ids(pieces.values, pieces.offsets[tokens.offsets]))
        return found

    def _counted(self, ids: Ids) -> Bags:
        import scipy.sparse as sp

        ones = np.ones(len(ids.values), np.float32)
        offsets = ids.offsets.astype(sp.get_index_dtype(maxval=len(ones)))
        bags = sp.csr_array((ones, ids.values, offsets), shape=(len(ids), self.num_ids))
        bags.sum_duplicates()
        return bags

    def _ngrams(self, tokens: Tokens, ids: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """Return for each length which n-gram ends at each token, 0 for none."""
        found = []
        ending, known = ids, ids != UNKNOWN
        for _ in range(self.settings.ngrams - 1):
            at = following(tokens.offsets, before=ending > UNKNOWN, here=known)
            keys = ending[at - 1].astype(np.int64) * self.num_ids + ids[at]
            ending = np.zeros(len(ids), np.int32)
            if len(keys) > FEW_PAIRS:
                ending[at] = self.vocabulary.pair_lookup.get(keys)
            else:
                known_keys, grams = self.vocabulary.pairs
                number = find(known_keys, keys)
                ending[at[number >= 0]] = grams[number[number >= 0]]
            found.append(ending)
        return found

    def weighed(self, bags: AnyBags) -> AnyBags:
        """Return counts as the weights that the settings ask for; they are changed in place."""
        if self.settings.vectorizer == "multi_hot":
            bags.data[:] = 1
        if self.settings.vectorizer in WEIGHTED:
            if self.vocabulary.idf is None:
                raise DataError("tf_idf needs a vocabulary with the column idf, and there is none")
            if self.settings.vectorizer != "keras_tf_idf":
                bags.data = 1 + np.log(bags.data)
            bags.data *= self.vocabulary.idf[bags.indices]
        if self.settings.norm != "none":
            powers = np.abs(bags.data) if self.settings.norm == "l1" else bags.data**2
            lengths = np.diff(bags.indptr)
            norms = np.bincount(np.repeat(np.arange(len(lengths)), lengths), powers, len(lengths))
            norms = norms if self.settings.norm == "l1" else np.sqrt(norms)
            norms[norms == 0] = 1
            bags.data /= np.repeat(norms.astype(np.float32), lengths)
        return bags


def fit(
    tokens: Tokens,
    settings: TextSettings,
    *,
    rows: Rows | None = None,
    targets: Targets | None = None,
) -> Vectorizer:
    """Make a vectoriser from training texts.

    Args:
        tokens: Texts that `tokenize` split with `settings.tokenizer`.
        settings: What is wanted; a `max_length` of None is replaced by what is measured.
        rows: Which of the texts are training texts; None: all. The others influence nothing.
        targets: What a model should answer, text by text, for log_odds only.

    Example:
        >>> vectorizer = fit(tokenize(pl.Series(["a b", "a", ""])), TextSettings())
        >>> ids = vectorizer(["a new", ""])
        >>> ids.to_lists(), vectorizer.words(ids.to_lists()[0])
        ([[2, 1], []], ['a', '<unknown>'])
    """
    if rows is not None:
        tokens, targets = tokens.select(rows), None if targets is None else targets[rows]
    return fit_and_vectorize(tokens, settings, targets=targets)[0]


def fit_and_vectorize(
    tokens: Tokens, settings: TextSettings, *, targets: Targets | None = None
) -> tuple[Vectorizer, Inputs]:
    """Make a vectoriser from training texts, and their inputs as it would return them.

    Bags are made of what counting has found already, so this costs less than the one and then the
    other.

    Args:
        tokens: Texts that `tokenize` split with `settings.tokenizer`.
        settings: What is wanted; a `max_length` of None is replaced by what is measured.
        targets: What a model should answer, for log_odds only.

    Raises:
        ConfigError: log_odds without targets.

    Example:
        >>> tokens = tokenize(pl.Series(["ä b", "ä", ""]))
        >>> vectorizer, bags = fit_and_vectorize(tokens, TextSettings(vectorizer="count"))
        >>> bags.toarray().tolist() == vectorizer.vectorize(tokens).toarray().tolist()
        True
    """
    found = count(
        tokens, ngrams=settings.ngrams, max_ids=settings.max_ids, min_count=settings.min_count,
        tokenizer=settings.tokenizer,
    )  # fmt: skip
    vectorizer = Vectorizer(settings, found.vocabulary)
    if settings.vectorizer == "ids":
        if settings.max_length is None:
            vectorizer = _with_length(vectorizer, tokens)
        return vectorizer, vectorizer.vectorize(tokens)
    if settings.tokenizer in PIECES:
        bags = vectorizer.counts(tokens)
    else:
        bags = counted_bags(found, tokens.offsets, unknown=settings.unknown == "id")
    if settings.vectorizer in WEIGHTED:
        weights = _weights(bags, settings.vectorizer, targets)
        vectorizer = replace(vectorizer, vocabulary=replace(found.vocabulary, idf=weights))
    return vectorizer, vectorizer.weighed(bags)


def _with_length(vectorizer: Vectorizer, tokens: Tokens) -> Vectorizer:
    """Return the vectoriser with the length that most training texts have."""
    settings = replace(vectorizer.settings, max_length=LONGEST_LENGTH)
    lengths = replace(vectorizer, settings=settings).vectorize(tokens).lengths
    settings = replace(settings, max_length=covering_length(lengths))
    return replace(vectorizer, settings=settings)


def covering_length(lengths: NDArray[np.integer[Any]]) -> int:
    """Return the length that most texts have at most.

    Args:
        lengths: Shape (texts,): ids of each text, of at most 500.

    Example:
        >>> covering_length(np.array([3, 9])), covering_length(np.array([], np.int64))
        (9, 1)
    """
    if not len(lengths):
        return 1
    return max(1, int(np.quantile(lengths, COVERED_SHARE, method="inverted_cdf")))


def _weights(bags: Bags, vectorizer: str, targets: Targets | None) -> NDArray[np.float32]:
    """Return what each id weighs."""
    if vectorizer != "log_odds":
        return idf_of(texts_with(bags), bags.shape[0], vectorizer=vectorizer)
    if targets is None:
        raise ConfigError("vectorizer log_odds needs targets: take tf_idf where there are none")
    return log_odds(bags, targets)


def _with_pieces(ids: Ids, pieces: Ids, codes: NDArray[np.int32]) -> Ids:
    """Put each word's pieces behind it."""
    chosen = pieces.select(codes.astype(np.int64))
    behind = chosen.lengths
    starts = np.arange(len(codes)) + chosen.offsets[:-1]
    values = np.empty(len(codes) + len(chosen.values), np.int32)
    is_word = np.zeros(len(values), bool)
    is_word[starts] = True
    values[is_word], values[~is_word] = ids.values, chosen.values
    ends = np.concatenate([[0], np.cumsum(1 + behind)]).astype(np.int64)
    return Ids(values, ends[ids.offsets])
