"""Small saved models of every architecture and task, with drawn instead of trained weights."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.artifact.card import card
from linnet.artifact.golden import TEXTS, golden
from linnet.artifact.save import Contents, save
from linnet.artifact.tensors import byte_ranges, to_bytes
from linnet.config import configure
from linnet.models.heads import head
from linnet.models.measured import Measured
from linnet.models.model import ARCHITECTURES, Sizes, initial_weights, layers_for, layers_to_json
from linnet.models.to_onnx import to_onnx
from linnet.runtime.classifier import Classifier, load
from linnet.text.tokenize import tokenize
from linnet.text.vectorize import Vectorizer, fit
from linnet.training.settings import complete, text_settings

TRAINING_TEXTS = [
    "the quick brown fox jumps over the lazy dog",
    "a small bird sings in the hedge, and then it rests",
    "the dog sleeps; the bird sings!",
    "pieni lintu laulaa pensaikossa",
    "a list is reversed in place: list.reverse() returns None",
    "the fox and the dog and the bird",
]
LABELS = {"binary": ["neg", "pos"], "multiclass": ["a", "ä", "b|c"], "multilabel": list("wxyz")}


@dataclass(frozen=True)
class Case:
    """One kind of model."""

    architecture: str
    task: str
    options: dict[str, Any] = field(default_factory=dict)
    text: dict[str, Any] = field(default_factory=dict)
    loss: str | None = None

    @property
    def name(self) -> str:
        more = [str(each) for each in (*self.options, *self.text.values(), self.loss) if each]
        return "-".join([self.architecture, self.task, *more])


OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("linear", {}),
    ("mlp", {"hidden": (8, 4)}),
    ("embedding", {"embedding_size": 4}),
    ("fasttext", {}),
    ("lstm", {"units": 5, "embedding_size": 4}),
]
CASES = [Case(name, task, options) for name, options in OPTIONS for task in LABELS] + [
    Case("lstm", "multiclass", {"units": 3, "bidirectional": True, "hidden": (3,)}),
    Case("mlp", "binary", loss="categorical_crossentropy"),
    Case("fasttext", "multilabel", loss="categorical_crossentropy"),
    Case("fasttext", "multiclass", text={"tokenizer": "subwords"}),
    Case("embedding", "binary", text={"pad": "post", "cut": "post"}),
    Case("lstm", "binary", text={"unknown": "drop"}),
]


def vectorizer_for(case: Case) -> Vectorizer:
    said = configure(model=case.architecture, min_count=1, **case.text)
    found = Measured(case.task, len(TRAINING_TEXTS), len(LABELS[case.task]))
    settings = text_settings(complete(said, found))
    tokens = tokenize(pl.Series(TRAINING_TEXTS), settings.tokenizer)
    return fit(tokens, settings, targets=np.arange(len(TRAINING_TEXTS)) % 2)


def table_bytes(vectorizer: Vectorizer) -> bytes:
    table = io.BytesIO()
    vectorizer.vocabulary.table().write_parquet(table)
    return table.getvalue()


def manifest_of(case: Case, vectorizer: Vectorizer, outputs: int) -> dict[str, Any]:
    length = vectorizer.settings.max_length or 1
    return {
        "format": 1, "linnet": "0.1.0", "task": case.task, "labels": LABELS[case.task],
        "thresholds": [0.4, 0.5, 0.5, 0.6] if case.task == "multilabel" else None,
        "calibration": None, "text": asdict(vectorizer.settings), "layers": None, "keras": None,
        "sizes": {"num_ids": vectorizer.num_ids, "length": length, "outputs": outputs},
        "loss": case.loss or head(case.task, len(LABELS[case.task])).loss, "num_weights": 1,
        "best_epoch": 3, "epochs": 3, "rows": {"train": 6, "validation": 0, "test": 0},
        "fingerprint": "0" * 64, "seed": 0, "versions": {"numpy": "2"},
    }  # fmt: skip


OF_BAGS = ("fasttext", "linear", "mlp")


def contents_of(case: Case) -> Contents:
    """Everything but the golden scores."""
    vectorizer = vectorizer_for(case)
    ending = head(case.task, len(LABELS[case.task]), loss=case.loss)
    manifest = manifest_of(case, vectorizer, ending.outputs)
    sizes = Sizes(**manifest["sizes"])
    layers = layers_for(case.architecture, sizes, options=case.options)
    random = np.random.default_rng(1)
    weights = {
        name: each + random.normal(size=each.shape).astype(np.float32) * np.float32(0.3)
        for name, each in initial_weights(layers, sizes, seed=3).items()
    }
    content = to_bytes(weights)
    manifest["layers"] = json.loads(json.dumps(layers_to_json(layers)))
    return Contents(
        manifest=manifest, vocabulary=table_bytes(vectorizer), weights=content,
        graph=to_onnx(layers, sizes, head=ending, ranges=byte_ranges(content)), evaluation={},
        history=[], profile={}, card=card(manifest, {}),
        golden=golden(np.zeros((len(TEXTS), len(manifest["labels"])))),
    )  # fmt: skip


def save_with_golden(folder: Path, contents: Contents) -> Path:
    """Save a model with the scores that it gives its golden texts."""
    save(folder / "draft", contents)
    scores = load(folder / "draft").predict_proba(TEXTS)
    save(folder / "model", replace(contents, golden=golden(scores)))
    return folder


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Path]:
    """Make the run folder of a case once; nobody may change it."""
    made: dict[str, Path] = {}

    def folder_of(case: Case) -> Path:
        if case.name not in made:
            folder = tmp_path_factory.mktemp("saved")
            made[case.name] = save_with_golden(folder, contents_of(case))
        return made[case.name]

    return folder_of


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def classifier(request: pytest.FixtureRequest, saved: Callable[[Case], Path]) -> Classifier:
    return load(saved(request.param))


@pytest.fixture(
    params=[case for case in CASES if case.architecture in OF_BAGS], ids=lambda case: case.name
)
def case_of_bags(request: pytest.FixtureRequest, saved: Callable[[Case], Path]) -> Classifier:
    return load(saved(request.param))


@pytest.fixture(params=["fasttext-multilabel", "embedding-binary-post-post", "lstm-binary-drop"])
def of_each_input(request: pytest.FixtureRequest, saved: Callable[[Case], Path]) -> Classifier:
    """A model for each kind of input: bags, ids of one length, ids of any length."""
    return load(saved(next(case for case in CASES if case.name == request.param)))


@pytest.fixture
def lstm(saved: Callable[[Case], Path]) -> Classifier:
    """A binary LSTM."""
    return load(saved(Case("lstm", "binary", {"units": 5, "embedding_size": 4})))


SMALL = {
    "embedding": {"embedding_size": 4}, "lstm": {"units": 3}, "bilstm": {"units": 3},
    "gru": {"units": 3}, "mlp": {"hidden": (8, 4)},
}  # fmt: skip


@pytest.fixture(params=ARCHITECTURES)
def of_each_architecture(
    request: pytest.FixtureRequest, saved: Callable[[Case], Path]
) -> Classifier:
    """A multiclass model of every architecture."""
    return load(saved(Case(request.param, "multiclass", SMALL.get(request.param, {}))))


COMPRESSED = [f"compressed {name}" for name in OF_BAGS]


@pytest.fixture(scope="session")
def kind(
    saved: Callable[[Case], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Classifier]:
    """Load a multiclass model of an architecture; after "compressed", of one stored as int8."""

    def loaded(name: str) -> Classifier:
        small, _, name = name.rpartition(" ")
        folder = saved(Case(name, "multiclass", SMALL.get(name, {})))
        if small:
            out = tmp_path_factory.mktemp("small") / "model"
            folder = linnet.compress(folder, out).path
        return load(folder)

    return loaded


@pytest.fixture(params=[*ARCHITECTURES, *COMPRESSED])
def of_each_kind(request: pytest.FixtureRequest, kind: Callable[[str], Classifier]) -> Classifier:
    """A multiclass model of every architecture, and compressed ones."""
    return kind(request.param)


@pytest.fixture(params=[*OF_BAGS, *COMPRESSED])
def of_bags(request: pytest.FixtureRequest, kind: Callable[[str], Classifier]) -> Classifier:
    """A multiclass model of bags, and compressed ones."""
    return kind(request.param)


@pytest.fixture
def contents() -> Contents:
    """The contents of a small model, to be changed and saved by a test."""
    return contents_of(CASES[0])


@pytest.fixture
def embedding_contents() -> Contents:
    """The contents of a model that takes texts of one length."""
    return contents_of(Case("embedding", "binary", {"embedding_size": 4}))
