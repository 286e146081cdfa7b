"""Files of word vectors: every form, broken ones, and training that starts from them."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from linnet.config import Config, configure, read_config
from linnet.errors import ConfigError, DataError
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit
from linnet.training.train import Material, train_model
from linnet.training.vectors import put_vectors, sized_by_vectors
from linnet.types import Split

TEXTS = ["the cat sat", "the dog sat", "the", ""]
CAT, DOG, SAT, THE = "cat 1 2\n", "dog -3 4e-1\n", "sat 0.5 .25\n", "the 7 8\n"
ROWS = {"cat": [1, 2], "dog": [-3, 0.4], "sat": [0.5, 0.25], "the": [7, 8]}


@pytest.fixture
def vocabulary():
    return fit(tokenize(as_texts(TEXTS)), TextSettings()).vocabulary


@pytest.fixture
def put(tmp_path, vocabulary):
    """Write a file, read it, and return the rows that changed by word."""

    def read(content, size=2, name="a.vec"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        sized = sized_by_vectors(Config(vectors=str(path), model="lstm"), "mlp")
        assert sized.embedding_size == size
        table = np.full((len(vocabulary), size), 9, np.float32)
        covered = put_vectors(str(path), table, vocabulary=vocabulary)
        assert table.dtype == np.float32
        assert (table[:2] == 9).all(), "padding and unknown stay"
        found = {word: table[at].tolist() for word, at in vocabulary.index.items()}
        changed = {word: row for word, row in found.items() if row != [9] * size}
        assert len(changed) == covered.found
        return changed

    return read


ALL = CAT + DOG + SAT + THE
PACKED = gzip.compress(ALL.encode(), mtime=0)  # the time would be in the names of tests
FORMS = {
    "GloVe": ALL,
    "word2vec, a first line": "4 2\n" + ALL,
    "fastText, a blank behind each line": ("4 2\n" + ALL).replace("\n", " \n"),
    "Windows": ("4 2\n" + ALL).replace("\n", "\r\n"),
    "no end of the last line": ALL.rstrip(),
    "a mark at the beginning": "\ufeff" + ALL,
    "empty lines": ALL + "\n\n",
    "gzip": PACKED,
    "words with blanks": ". . . 5 6\n" + ALL + "at name@domain.com 1 1\n",
    "words that are numbers": "1 5 6\n1.5 3 4\n" + ALL,
    "odd words": "\x85 1 1\n\xa0 2 2\n 3 3\n漢字 4 4\n🐦 5 5\n" + ALL,
    "a word twice": ALL + "cat 5 5\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(put, form):
    found = put(FORMS[form])
    expected = ROWS
    assert found.keys() == expected.keys()
    for word, row in expected.items():
        np.testing.assert_allclose(found[word], row)


def test_other_case_stands_in_for_a_word_that_is_missing(put):
    assert put("CAT 5 5\nCat 6 6\ncat 1 2\nCAT 7 7\nDOG 3 3\nDog 4 4\n") == {
        "cat": [1, 2], "dog": [3, 3],
    }  # fmt: skip


BROKEN = {
    "": r"a\.vec:1: expected a word and its numbers",
    "cat\n": r"a\.vec:1: expected a word and its numbers",
    "cat x y\n": r"a\.vec:1: expected a word and its numbers",
    "4 2\ncat 1 2\ndog 3\n": r"a\.vec:3: expected a word and its numbers.*, 2 of them",
    "cat 1 2\ndog 3 4 5\n": r"a\.vec:2: expected a word and its numbers.*, 2 of them",
    "cat 1 2\ndog 3 x\n": r"a\.vec:2: could not convert string to float",
    "cat 1 2\ndog 3 nan\n": r"a\.vec:2: a number is not finite",
    "cat 1 2\ndog 3 1e39\n": r"a\.vec:2: a number is not finite, or too large for float32",
    "9 2\n" + ALL: r"a\.vec: its first line says 9 words and there are 4: the file has been cut",
    b"cat 1 2\nd\xffg 3 4\n": r"a\.vec:2: the word is not UTF-8: .*; binary files are not read",
    b"1 2\n\x00\x01\x02\x03": r"a\.vec:2: expected a word",
    gzip.compress(ALL.encode(), mtime=0)[
        :-9
    ]: r"cannot read vectors from .*a\.vec: Compressed file ended",
    b"\x1f\x8bnothing packed": r"cannot read vectors from .*a\.vec: ",
}


@pytest.mark.parametrize("content", BROKEN)
def test_broken_files_are_named_with_the_line(put, content):
    with pytest.raises(DataError, match=BROKEN[content]):
        put(content)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"cannot read vectors from .*no\.vec: No such file"):
        sized_by_vectors(Config(vectors=str(tmp_path / "no.vec"), model="cnn"), "")


@pytest.mark.parametrize("model", ["linear", "mlp", "mine.py:build"])
def test_models_without_embedding_are_refused(model):
    with pytest.raises(ConfigError, match=r"has no embedding .* embedding, fasttext, lstm, bilstm"):
        sized_by_vectors(Config(vectors="a.vec", model=model), "")


def test_another_size_is_refused(tmp_path):
    (tmp_path / "a.vec").write_text(ALL)
    config = Config(vectors=str(tmp_path / "a.vec"), model="gru", embedding_size=3)
    with pytest.raises(ConfigError, match=r"embedding_size is 3, and the vectors in .* have 2 num"):
        sized_by_vectors(config, "")


SPLIT = Split(np.arange(8), np.arange(8, 12), np.arange(0))
MATERIAL = Material(
    tokenize(as_texts(["the cat sat", "the dog sat", "unheard"] * 4)),
    np.array([0, 1, 1] * 4), "binary", ("a", "b"),
)  # fmt: skip


@pytest.mark.parametrize("model", ["embedding", "fasttext", "cnn"])
def test_training_starts_from_the_vectors(tmp_path, model):
    (tmp_path / "a.vec").write_text(ALL)
    text = {"min_count": 1} | ({"ngrams": 2, "tokenizer": "words"} if model == "fasttext" else {})
    config = configure(
        vectors=str(tmp_path / "a.vec"), model=model, epochs=1, learning_rate=1e-6, **text
    )
    trained = train_model(MATERIAL, SPLIT, config=config)
    assert trained.config.embedding_size == 2
    weights, vocabulary = trained.final.fitted.weights, trained.final.vectorizer.vocabulary
    table = next(iter(weights.values()))
    for word, row in ROWS.items():
        np.testing.assert_allclose(table[vocabulary.index[word]], row, atol=1e-3)
    assert np.abs(table[vocabulary.index["unheard"]]).max() <= 0.051
    (note,) = trained.notes
    assert note.count == 4
    assert note.message.startswith("4 of 5 words of the vocabulary (80.00 %; 85.71 % of their occ")
    again = train_model(MATERIAL, SPLIT, config=trained.config)
    for name, weight in weights.items():
        assert weight.tobytes() == again.final.fitted.weights[name].tobytes()


def test_every_member_starts_from_the_vectors(tmp_path):
    (tmp_path / "a.vec").write_text(ALL)
    config = configure(
        vectors=str(tmp_path / "a.vec"), model="fasttext", epochs=1, learning_rate=1e-6,
        min_count=1, tokenizer="words", members=3,
    )  # fmt: skip
    trained = train_model(MATERIAL, SPLIT, config=config)
    weights, vocabulary = trained.final.fitted.weights, trained.final.vectorizer.vocabulary
    table = next(iter(weights.values()))
    for word, row in ROWS.items():
        np.testing.assert_allclose(table[vocabulary.index[word]], [*row] * 3, atol=1e-3)


def test_a_run_says_how_many_words_were_found_and_can_be_done_again(tmp_path):
    import json

    import linnet

    (tmp_path / "a.vec").write_text(ALL)
    table = {
        "text": ["the cat sat", "the dog", "a bird", "dog and bird"] * 5,
        "label": list("abba") * 5,
    }
    run = linnet.train(
        table, duplicates="keep", model="cnn", vectors=tmp_path / "a.vec", epochs=1, retrain=False,
        out=tmp_path / "run",
    )  # fmt: skip
    kept = json.loads((run.path / "run.json").read_text())["notes"]
    assert [each["count"] for each in kept if each["what"] == "vectors"] == [4]
    stored = read_config(run.path / "config.toml")
    assert (stored.vectors, stored.embedding_size) == (str(tmp_path / "a.vec"), 2)
    again = linnet.train(table, config=stored)
    ours, theirs = (each.classifier.predict_proba(table["text"]) for each in (run, again))
    np.testing.assert_array_equal(ours, theirs)

    more = {"text": ["mouse", "cat", "the mouse", "dog"] * 3, "label": list("abba") * 3}
    settings = {"duplicates": "keep", "epochs": 1, "learning_rate": 1e-6}
    with pytest.raises(ConfigError, match="vectors are for words that the saved model does not"):
        linnet.train(more, from_=run.path, vectors=tmp_path / "a.vec", **settings)
    (tmp_path / "b.vec").write_text("mouse 5 6\ncat 9 9\n")
    grown = linnet.train(
        more, from_=run.path, vectors=tmp_path / "b.vec", extend_vocabulary=True, **settings
    )
    model, index = grown.classifier.keras_model(), grown.classifier.vectorizer.vocabulary.index
    rows = np.asarray(model.get_layer("embedding_0").get_weights()[0])
    np.testing.assert_allclose(rows[index["mouse"]], [5, 6], atol=1e-3)
    assert (np.abs(rows[index["cat"]] - [1, 2]) < 0.2).all(), "the saved row stays"
    assert linnet.train(more, from_=run.path, **settings).config.vectors is None


def test_vectors_alone_tell_words_apart_that_training_has_not_seen(tmp_path):
    """Eight words of each kind; half of them stand in no training text."""
    random = np.random.default_rng(0)
    words = [f"w{number}" for number in range(16)]
    kinds = np.arange(16) % 2
    rows = random.normal(0, 0.3, (16, 6))
    rows[:, 0] += np.where(kinds == 1, 2, -2)
    lines = (" ".join([word, *map(str, row)]) for word, row in zip(words, rows, strict=True))
    (tmp_path / "a.vec").write_text("\n".join(lines))
    number = np.concatenate([random.integers(0, 8, 64), np.arange(16)])
    material = Material(
        tokenize(as_texts([words[each] for each in number])), kinds[number], "binary", ("x", "y")
    )
    split = Split(np.arange(80), np.arange(0), np.arange(0))
    # Words of the second half get ids, and weights of 0 keep them from being learnt.
    material = replace(material, weights=np.float32([1] * 64 + [0] * 16))
    config = configure(model="cnn", widths=[1], epochs=20, learning_rate=0.01, batch_size=16)
    right = {}
    for name, path in (("vectors", str(tmp_path / "a.vec")), ("random", None)):
        trained = train_model(
            material, split, config=replace(config, vectors=path, embedding_size=6)
        )
        scores = trained.final.scores(tokenize(as_texts(words[8:])))
        right[name] = (scores.argmax(1) == kinds[8:]).mean()
    assert right["vectors"] == 1.0
    assert right["random"] < 1.0


def test_rows_of_a_saved_model_are_neither_filled_nor_counted(tmp_path):
    vocabulary = fit(tokenize(as_texts(["old old new"])), TextSettings()).vocabulary
    (tmp_path / "a.vec").write_text("old 1 2\nnew 3 4\n", encoding="utf-8")
    table = np.zeros((4, 2), np.float32)
    covered = put_vectors(str(tmp_path / "a.vec"), table, vocabulary=vocabulary, first=3)
    assert table.tolist() == [[0, 0], [0, 0], [0, 0], [3, 4]]
    assert (covered.found, covered.words, covered.occurrences) == (1, 1, 1.0)


def test_vectors_of_other_words_are_asked_about(tmp_path):
    vocabulary = fit(tokenize(as_texts(["old"])), TextSettings()).vocabulary
    (tmp_path / "a.vec").write_text("vieux 1 2\n", encoding="utf-8")
    covered = put_vectors(
        str(tmp_path / "a.vec"), np.zeros((3, 2), np.float32), vocabulary=vocabulary
    )
    assert covered.note.message.endswith("a.vec: is it of this language?")
