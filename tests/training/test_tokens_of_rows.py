"""Which tokens a model reads where nobody says: the training texts decide, and they alone."""

import numpy as np
import pytest

from linnet.config import configure
from linnet.models.measured import MOST_IDS, MOST_IDS_OF_MANY
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.train import Material, train_model
from linnet.types import Split

SPLIT = Split(np.arange(24), np.arange(24, 30), np.arange(30, 36))
MODELS = ("mlp", "fasttext")
LABELS = ("koti", "metsä")


def english(number):
    """The same few words again and again."""
    return f"the {('house', 'forest')[number % 2]} is {('old', 'big')[number // 2 % 2]}"


def finnish(number):
    """Every text has the stem of its label in a form, and joined with a word, of its own."""
    random = np.random.default_rng(number)
    joined = "".join(random.choice(list("aeiklmnostuvy"), 6))
    return f"{LABELS[number % 2]}{joined}ssa on {''.join(random.choice(list('aeikmnst'), 8))}"


def chinese(number):
    random = np.random.default_rng(number)
    return "家林"[number % 2] + "".join(random.choice(list("大小山水火木金土日月"), 7)) + "。"


LANGUAGES = {
    english: ("words", 2, MOST_IDS),
    finnish: ("subwords", 2, MOST_IDS_OF_MANY),
    chinese: ("words", 3, MOST_IDS_OF_MANY),
}


def material_of(*parts):
    """Texts of 24 training rows, 6 for validation and 6 for test."""
    train, validation, test = parts * (3 // len(parts))
    numbers = range(36)
    texts = [*map(train, numbers[:24]), *map(validation, numbers[24:30]), *map(test, numbers[30:])]
    return Material(tokenize(as_texts(texts)), np.arange(36) % 2, "binary", LABELS)


def train(material, model, **settings):
    settings = {"epochs": 2, "retrain": False, "min_count": 1, "seed": 1} | settings
    return train_model(material, SPLIT, config=configure(model=model, **settings))


def chosen(config):
    return config.tokenizer, config.ngrams, config.max_ids


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_tokens_follow_the_language_of_the_training_rows(language, model):
    trained = train(material_of(language), model)
    vectorizer = trained.final.vectorizer
    assert chosen(trained.config) == chosen(vectorizer.settings) == LANGUAGES[language]
    tokens = vectorizer.vocabulary.tokens.to_list()
    assert any(each.startswith("~") for each in tokens) == (language is finnish)
    # The texts were split before anything was measured: as the model will split new ones.
    again = vectorizer([language(number) for number in range(36)])
    assert (vectorizer.vectorize(trained.material.tokens) != again).nnz == 0


@pytest.mark.parametrize("model", ["linear", *MODELS])
def test_words_that_no_training_text_has_are_known_by_their_parts(model):
    trained = train(material_of(finnish), model, epochs=30, retrain=True)
    new = tokenize(as_texts(["kotikadulla", "metsäpolulla"]))
    known = np.diff(trained.final.vectorizer.vectorize(new).indptr)
    if model == "linear":
        assert known.tolist() == [0, 0]
    else:
        assert (known > 0).all()
        assert trained.final.scores(new).argmax(1).tolist() == [0, 1]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("train_texts", LANGUAGES)
def test_only_training_rows_decide(train_texts, model):
    ours, theirs = (
        train(material_of(train_texts, validation, test), model, retrain=True)
        for validation, test in ((train_texts, english), (train_texts, chinese))
    )
    assert ours.config == theirs.config
    assert ours.final.vectorizer.vocabulary.tokens.equals(theirs.final.vectorizer.vocabulary.tokens)
    for name, weight in ours.final.fitted.weights.items():
        np.testing.assert_array_equal(weight, theirs.final.fitted.weights[name])
    for other in LANGUAGES:
        trained = train(material_of(train_texts, other, other), model, retrain=True, epochs=1)
        assert chosen(trained.config) == LANGUAGES[train_texts]
        # Validation rows are trained on in the end, and still decide nothing.
        assert chosen(trained.final.vectorizer.settings) == LANGUAGES[train_texts]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "said", [{"tokenizer": "words"}, {"tokenizer": "subwords"}, {"ngrams": 1}, {"max_ids": 50}]
)
def test_what_the_user_says_wins_and_the_rest_is_still_measured(said, language, model):
    trained = train(material_of(language), model, epochs=1, **said)
    names = ("tokenizer", "ngrams", "max_ids")
    expected = dict(zip(names, LANGUAGES[language], strict=True)) | said
    for found in (trained.config, trained.final.vectorizer.settings):
        assert dict(zip(names, chosen(found), strict=True)) == expected


@pytest.mark.parametrize("model", ["linear", "lstm", "embedding"])
def test_other_models_read_words(model):
    small = {} if model == "linear" else {"embedding_size": 2}
    trained = train(material_of(finnish), model, epochs=1, **small)
    assert trained.config.tokenizer == "words"
