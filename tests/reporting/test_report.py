"""The page: what it shows, that it stands whatever is missing, and that no text can break it."""

import copy
import json
import re
from dataclasses import replace
from functools import reduce
from html.parser import HTMLParser
from operator import getitem

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.errors import DataError
from linnet.reporting.answers import MOST_LABELS_OF_ROWS, MOST_LABELS_OF_TABLE
from linnet.reporting.data import MOST_BARS
from linnet.reporting.report import render, report
from linnet.reporting.results import Results, read_results
from linnet.reporting.sections import TITLES, sections
from linnet.reporting.training import best_epochs

pytest.importorskip("jinja2", reason="the page is a jinja2 template")

METRICS = {
    "rows": 2500,
    "loss": 0.31,
    "accuracy": 0.90613,
    "macro_f1": 0.5,
    "per_class": [
        {"label": name, "precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 4, "predicted": 2}
        for name in ("<neg>", "pos")
    ],
    "confusion": [[4, 0], [2, 2]],
    "confused_pairs": [{"true": "pos", "predicted": "<neg>", "rows": 2}],
}
FILES = {
    "model/evaluation.json": {
        "test": METRICS,
        "test_before_retraining": {"accuracy": 0.8, "intervals": {"accuracy": [0.75, 0.85]}},
        "retraining": {
            "metric": "accuracy", "difference": 0.1, "interval": [0.05, 0.15], "verdict": "higher"
        },
        "validation": {"rows": 100, "accuracy": 0.8},
        "baselines": {"majority": {"accuracy": 0.51234, "rows": 2500}},
    },
    "model/manifest.json": {
        "task": "binary",
        "labels": ["<neg>", "pos"],
        "layers": [{"layer": "lstm", "units": 64, "dropout": 0.2}, {"layer": "dense", "units": 2}],
        "num_weights": 1234567,
        "best_epoch": 2,
        "retrained": True,
        "epochs": 7,
        "rows": {"train": 9001, "validation": 1001, "test": 2500},
        "versions": {"onnx": "1.22"},
        "text": {"tokenizer": "words", "max_ids": 20000},
    },
    "run.json": {
        "seconds": {"fit": 93.1},
        "versions": {"keras": "3.15"},
        "machine": {"cores": 2},
        "notes": [{"what": "no text", "count": 3, "message": "3 rows have no text."}],
        "recipe": {
            "name": "imdb-mlp",
            "title": "Film reviews",
            "source": "tutorial 2",
            "form": "faithful",
            "rows": [["test accuracy", 0.8788, 0.88125], ["time", None, "58 s"]],
            "notes": ["Padding is skipped."],
        },
    },
    "explore.json": {
        "findings": [
            {
                "check": "conflicts",
                "count": 78,
                "message": "78 texts carry two labels.",
                "mend": "Drop them.",
                "examples": ["Titanfall", ""],
            }
        ],
        "class_counts": {"<neg>": 30, "pos": 10},
        "rows": 40,
        "most_frequent": [
            {"text": "so it goes", "count": 9, "labels": {"<neg>": 8, "pos": 1}, "rows": [4, 7]}
        ],
        "cuts": {"500": {"words": 0.125, "tokens": 0.25}},
        "telling": {"<neg>": [{"word": "worst", "share": 0.1, "others": 0.0}], "pos": []},
        "distinct_words": 5120,
        "lengths": {
            "min": 1,
            "max": 2411,
            "mean": 83.2,
            "percentiles": {"50": 71.0},
            "bins": {"0-100": 30, ">100": 10},
            "histogram": {"width": 50, "texts": [7, 23], "longer": 10},
        },
    },
    "samples.json": [
        {"text": "good", "label": "pos", "scores": [["<neg>", 0.02896], ["pos", 0.97104]]},
        {"text": "", "label": ["pos", "<neg>"], "scores": []},
    ],
    "mistakes.json": [
        {"row": 4711, "text": "not bad", "label": ["pos"], "given": ["<neg>"], "sure": 0.97}
        | {"scores": [["<neg>", 0.97], ["pos", 0.03]]}
        | {
            "why": {
                "label": "<neg>", "against": "pos", "method": "exact", "together": 1, "most": 0.5,
                "marks": [[0, 3, 0.5], [4, 7, -0.25]], "for": [["not", 0.5]],
                "not_for": [["bad", -0.25]],
            }
        }
    ],
    "confused.json": [
        {
            "labels": ["pos", "<neg>"], "method": "gradient", "texts": 40,
            "towards": [[["fine", 0.5, 1234]], [["dull", 0.25, 7]]],
            "taken": [
                {"true": "pos", "predicted": "<neg>", "rows": 2, "words": [["not", 0.125, 3]]}
            ],
        }
    ],
    "doubts.json": [
        {"row": 815, "part": "validation", "text": "not good", "label": ["pos"], "quality": 0.0123}
        | {"suggested": ["<neg>"], "suggested_quality": 0.9876}
    ],
    "curves.json": {
        "roc": [
            {"label": None, "rows": 9, "area": 0.91, "x": [0.0, 0.1, 1.0], "y": [0.0, 0.8, 1.0]},
            {"label": "<neg>", "rows": 4, "area": 0.92, "x": [0.0, 1.0], "y": [0.0, 1.0]},
        ],
        "precision_recall": [
            {"label": "pos", "rows": 5, "area": 0.93, "x": [0.0, 1.0], "y": [1.0, 0.5]}
        ],
        "calibration": {
            "rows": 9,
            "error": 0.0432,
            "bins": [{"from": 0.5333, "to": 0.6, "rows": 9, "score": 0.55, "right": 0.5}],
        },
    },
    "examples.json": {
        "rows": [
            {"row": 3, "text": "<i>é", "labels": ["pos"], "classes": [1], "words": 1, "bin": "0-9"}
        ],
        "text": {
            "text": "good good é",
            "tokens": ["good", "good", "é"],
            "num_tokens": 5,
            "ids": [2, 7],
            "num_ids": 3,
            "weights": [0.5, 0.25],
            "words": ["good", "é"],
        },
        "target": {
            "labels": ["pos"], "numbers": [0.0, 1.0], "num_numbers": 50, "ones": [1],
            "back": ["pos"],
        },
        "shapes": {
            "train": {"inputs": [9001, 500], "inputs_type": "int32", "targets": [9001]}
            | {"targets_type": "float32"}
        },
        "model": {
            "layers": [
                {"name": "lstm_0", "input": [500, 32], "output": [64], "weights": 24832},
                {"name": "dense_1", "input": [64], "output": [2], "weights": 130},
            ],
            "activation": "softmax",
            "optimizer": "adam",
            "batch_size": 64,
            "steps_per_epoch": 141,
            "epochs": 2,
            "steps": 282,
            "warnings": ["layer dense_1 has 2 units"],
            "again": {"steps_per_epoch": 157, "epochs": 2, "steps": 314},
        },
    },
}  # fmt: skip
HISTORY = "epoch,loss,accuracy,val_loss,val_accuracy\n1,0.6,0.7,0.5,0.8\n2,nan,0.8,0.4,\n"
SETTINGS = 'text = "post"\nlabel = "<tags>"\n'


def write_run(folder, files=FILES):
    (folder / "model").mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), "utf-8")
    (folder / "model" / "history.csv").write_text(HISTORY, "utf-8")
    (folder / "config.toml").write_text(SETTINGS, "utf-8")
    return folder


@pytest.fixture
def results(tmp_path):
    return read_results(write_run(tmp_path / "so"))


class Page(HTMLParser):
    """The text of a page, its tags and addresses; elements left open or closed twice fail."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.links, self.words = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src", "xlink:href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def test_a_run_that_left_nothing(tmp_path):
    (tmp_path / "model").mkdir()
    page = Page(report(tmp_path).read_text("utf-8"))
    assert re.findall("section", " ".join(page.tags)) == ["section"]
    assert "linnet predict" in page.text


def test_every_section_is_shown(results):
    page = Page(render(results))
    assert set(sections(results)["titles"]) == set(TITLES)
    assert page.tags.count("section") == len(TITLES)
    for shown in (
        "0.9061 Test accuracy on 2,500 rows", "Always the most frequent label 0.5123",
        "binary, 2 labels", "3 rows have no text.", "78 texts carry two labels.",
        "Drop them.", "Titanfall", "1,234,567 weights",
        "lstm_0 units 64, dropout 0.2 (64,) 24,832", "softmax from numbers to scores",
        "Steps per epoch 141", "Steps in all 282", "Steps in all, trained again 314",
        "layer dense_1 has 2 units",
        "best validation loss, epoch 2", "best validation accuracy, epoch 1",
        "trained again from scratch, on training and validation rows together, for 7 epochs.",
        "Validation loss Validation accuracy 1 0.6000 0.7000 0.5000 0.8000 2 –",
        "97.10 %", "2.90 %", "(empty text)", 'label = "<tags>"', "93.1",
        'linnet predict so "a text"', 'linnet.load("so")',
        "50 % of the texts have at most 71", "Distinct words 5,120",
        "Training 9,001 Validation 1,001 Test 2,500", ">100 10", "20,000",
        "test accuracy 0.8788 0.8812", "time – 58 s", "Padding is skipped.", "faithful",
        "all labels together 0.9100 9", "<neg> 0.9200 4", "pos 0.9300 5", "is 4.32 %",
        "0.5333 to 0.6 9 55.00 % 50.00 %",
        "not bad Why <neg> rather than pos : not +0.50 – against it bad -0.25",
        "<neg> 97.00 % pos ✓ 3.00 %", "labelled pos given <neg> row 4,711 of the table",
        "3 <i>é pos 1 1 0-9", "Training (9001, 500) int32 (9001,) float32",
        "good good é and 2 more tokens", "2 good 0.5 7 é 0.25 and 1 more ids",
        "pos → [0, 1, …] , 50 numbers, not 0 at 1 → pos",
        "0.8000 0.7500 to 0.8500",
        "changed accuracy by +10.00 points (95 % interval +5.00 to +15.00): higher.",
        "<neg> worst", "Texts with more than 500 words 12.50 %", "so it goes <neg> 8, pos 1 4, 7 9",
        "pos and <neg> Towards pos fine +0.50 in 1,234 Towards <neg> dull +0.25 in 7",
        "Misled: 2 pos taken for <neg> not +0.12 in 3", "from the gradients, over 40 test texts.",
        "linnet train --from so more.csv", "classifier.keras_model()",
    ):  # fmt: skip
        assert shown in page.text, shown


def test_the_page_asks_for_nothing_and_runs_nothing(results):
    html = render(results)
    page = Page(html)
    assert {"script", "img", "iframe"} & set(page.tags) == set()
    assert all(link.startswith("#") or link == "data:," for link in page.links)
    assert "url(" not in html
    assert "@import" not in html
    anchors = {link[1:] for link in page.links if link.startswith("#")}
    assert anchors <= set(re.findall(r'id="(\w+)"', html))


def test_report_replaces_the_older_one(tmp_path):
    folder = write_run(tmp_path / "so")
    first = report(folder).read_bytes()
    assert report(folder).read_bytes() == first
    assert sorted(each.name for each in folder.glob("*.html")) == ["report.html"]


def paths(content, start=()):
    """Find the way to every value inside nested dictionaries."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in pairs:
        if isinstance(content, dict):
            yield (*start, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*start, key))


def changed(content, path):
    """Return copies where the value at `path` is missing, and where it is null."""
    *way, last = path
    missing, null = copy.deepcopy(content), copy.deepcopy(content)
    del reduce(getitem, way, missing)[last]
    reduce(getitem, way, null)[last] = None
    return missing, null


VALUES = [path for path in paths(FILES) if len(path) > 1]


@pytest.mark.parametrize("path", VALUES, ids=lambda path: ".".join(map(str, path)))
def test_any_value_may_be_missing(results, path):
    name, *inside = path
    field = name.removeprefix("model/").removesuffix(".json")
    for content in changed(FILES[name], inside):
        page = Page(render(replace(results, **{field: content})))
        assert "None" not in page.text


@pytest.mark.parametrize("name", [*FILES, "model/history.csv", "config.toml"])
def test_any_file_may_be_missing(tmp_path, name):
    folder = write_run(tmp_path / "so")
    (folder / name).unlink()
    assert len(Page(report(folder).read_text("utf-8")).tags) > 100


EVIL = st.sampled_from(
    ["", "<script>alert(1)</script>", '"><img src=x>', "'", "{{ 7*7 }}", "\u202eabc", "</style>"]
) | st.text(max_size=20)


@settings(max_examples=25)
@given(EVIL)
def test_no_text_of_the_data_becomes_markup(word):
    files = json.loads(json.dumps(FILES).replace('"<neg>"', json.dumps(word)))
    finding = {"message": word, "mend": word, "examples": [word]}
    html = render(
        Results(
            name=word,
            evaluation=files["model/evaluation.json"]
            | {"retraining": {"difference": 0.1, "interval": [0.0, 0.1], "verdict": word}},
            history=[{"epoch": 1.0, "loss": 0.5, word: 1.0}],
            manifest=files["model/manifest.json"] | {"task": word, "text": {word: word}},
            run={"seconds": {word: word}, "versions": {word: word}, "machine": word,
                 "notes": [{"message": word}], "overfitting": word,
                 "recipe": {"name": word, "title": word, "source": word, "form": word,
                            "rows": [[word, word, word]], "notes": [word]}},
            explore={"findings": [finding], "class_counts": {word: 1}, "rows": word,
                     "telling": {word: [{"word": word}]},
                     "most_frequent": [{"text": word, "labels": {word: 1}, "rows": [word]}],
                     "lengths": {"mean": word, "percentiles": {word: 1}, "bins": {word: 1}}},
            samples=[{"text": word, "label": word, "scores": [[word, 0.5]],
                      "why": {"label": word, "against": word, "most": 1.0, "for": [[word, 0.5]],
                              "not_for": [[word, -0.5]], "marks": [[0, len(word), 0.5]]}}],
            confused=files["confused.json"],
            config=word,
            curves=files["curves.json"],
            mistakes=[{"row": word, "text": word, "label": word, "given": [word]}],
            doubts=[{"row": word, "text": word, "label": [word], "suggested": [word],
                     "part": word}],
            examples=json.loads(
                json.dumps(FILES["examples.json"]).replace('"good"', json.dumps(word))
                .replace('"pos"', json.dumps(word))
                .replace('"layer dense_1 has 2 units"', json.dumps(word))
            ),
        )
    )  # fmt: skip
    page = Page(html)
    assert {"script", "img"} & set(page.tags) == set()
    assert html.count("<style>") == html.count("</style>") == 1
    assert "49" not in page.text or "49" in word


def test_half_a_surrogate_pair_is_written(tmp_path):
    files = FILES | {"samples.json": [{"text": "broken \ud800", "scores": []}]}
    assert "broken ?" in report(write_run(tmp_path / "so", files)).read_text("utf-8")


def test_many_labels_stand_by_size_and_pairs_instead_of_a_matrix():
    rows = [{"label": f"l{at}", "support": at} for at in range(MOST_LABELS_OF_TABLE + 1)]
    test = METRICS | {"per_class": rows, "confusion": [[0] * len(rows)] * len(rows)}
    shown = sections(Results("so", evaluation={"test": test}))
    assert shown["labels"]["rows"][0]["label"] == f"l{MOST_LABELS_OF_TABLE}"
    assert shown["confusion"] == {"pairs": METRICS["confused_pairs"]}
    few = test | {"per_class": rows[:-1], "confusion": [[0] * (len(rows) - 1)] * (len(rows) - 1)}
    shown = sections(Results("so", evaluation={"test": few}))
    assert shown["labels"]["rows"][0]["label"] == "l0"
    assert len(shown["confusion"]["rows"]) == MOST_LABELS_OF_TABLE


def test_of_very_many_labels_the_most_frequent_have_a_row():
    rows = [{"label": f"l{at}", "support": at} for at in range(MOST_LABELS_OF_ROWS + 7)]
    page = Page(render(Results("so", evaluation={"test": {"per_class": rows, "micro_f1": 0.5}})))
    assert "and 7 rarer labels, in model/evaluation.json" in page.text
    assert page.tags.count("tr") < MOST_LABELS_OF_ROWS + 20


def test_the_best_epochs_are_the_first_ones():
    history = [
        {"val_loss": None, "val_binary_accuracy": 0.99, "val_micro_f1": 0.2},
        {"val_loss": 0.4, "val_binary_accuracy": 0.98, "val_micro_f1": 0.3},
        {"val_loss": 0.4, "val_binary_accuracy": 0.97, "val_micro_f1": 0.3},
    ]
    assert best_epochs([]) == {}
    assert best_epochs(history) == {"val_loss": 2, "val_micro_f1": 2}


def test_without_a_second_training_the_kept_epoch_is_named():
    page = Page(render(Results("so", history=[{"loss": 0.5}], run={"kept_epoch": 1})))
    assert "The weights of epoch 1 are kept." in page.text


def test_each_panel_marks_the_best_epoch_by_loss_and_by_its_own_metric():
    columns = ("loss", "val_loss", "val_accuracy", "val_macro_f1")
    numbers = [(3, 1, 1, 1), (2, 2, 3, 2), (1, 3, 2, 3)]
    history = [{"epoch": at} | dict(zip(columns, row, strict=True))
               for at, row in enumerate(numbers, start=1)]  # fmt: skip
    shown = sections(Results("so", history=history))["training"]
    assert shown["best"] == {1, 2, 3}
    found = {title: re.findall(r"best (b\d)", drawing) for title, drawing in shown["curves"]}
    assert found == {"Loss": ["b0", "b1"], "Accuracy": ["b0", "b1"], "Macro-F1": ["b0", "b2"]}


def test_a_recipe_without_numbers():
    page = Page(render(Results("so", run={"recipe": {"name": "mine", "rows": [["loss"], None]}})))
    assert "mine" in page.text
    assert "loss – –" in page.text


def test_many_class_counts_are_summed_up():
    counts = {f"l{at}": at + 1 for at in range(MOST_BARS + 2)}
    page = Page(render(Results("so", explore={"class_counts": counts})))
    assert "and 2 more labels with 3 texts" in page.text


def test_multilabel_shows_micro_f1():
    test = {"micro_f1": 0.7, "binary_accuracy": 0.99, "all_zeros_binary_accuracy": 0.98}
    baselines = {"all_zeros": {"micro_f1": 0.0}, "most_frequent": {"micro_f1": 0.25}}
    page = Page(render(Results("so", evaluation={"test": test, "baselines": baselines})))
    assert "0.7000 Test Micro-F1" in page.text
    assert "Never any label 0.0000 Always the most frequent labels 0.2500" in page.text


def test_baselines_with_their_intervals_and_how_far_the_model_is_above():
    def measured(accuracy):
        return {"accuracy": accuracy, "intervals": {"accuracy": [accuracy - 0.01, accuracy + 0.01]}}

    evaluation = {
        "test": measured(0.7),
        "baselines": {"majority": measured(0.5), "linear": measured(0.8)},
        "against_linear": {
            "metric": "accuracy", "difference": -0.1, "interval": [-0.12, -0.08], "verdict": "worse"
        },
        "baseline_notes": ["this model is <worse>"],
    }  # fmt: skip
    page = Page(render(Results("so", evaluation=evaluation)))
    for shown in (
        "This model 0.7000 0.6900 to 0.7100",
        "Always the most frequent label 0.5000 0.4900 to 0.5100",
        "TF-IDF + logistic regression 0.8000 0.7900 to 0.8100",
        "Accuracy against TF-IDF + logistic regression: -10.00 points (95 % interval -12.00 to "
        "-8.00): worse.",
        "This model is <worse>.",
    ):
        assert shown in page.text, shown


def test_a_recipe_beside_the_baselines():
    row = ["test accuracy", 0.9, 0.8, [0.79, 0.81], 0.5, 0.78]
    page = Page(render(Results("so", run={"recipe": {"name": "mine", "rows": [row]}})))
    assert "Published This run Most frequent TF-IDF + logistic regression" in page.text
    assert "test accuracy 0.9000 0.8000 0.7900 to 0.8100 0.5000 0.7800" in page.text


def test_without_test_rows_validation_is_the_headline():
    shown = sections(Results("so", evaluation={"test": {}, "validation": {"accuracy": 0.8}}))
    assert (shown["result"]["part"], shown["result"]["value"]) == ("Validation", 0.8)


def test_no_run_folder(tmp_path):
    with pytest.raises(DataError, match="is no run folder: it has no folder 'model'"):
        report(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "evaluation.json is damaged, JSON was expected"),
        ("{", "evaluation.json is damaged"),
        ("[]", "evaluation.json holds a list, a dict was expected"),
    ],
)
def test_damaged_file(tmp_path, content, message):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "evaluation.json").write_text(content)
    with pytest.raises(DataError, match=message):
        report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_history_with_gaps(results):
    assert results.history[1]["loss"] is None
    assert results.history[1]["val_accuracy"] is None
    assert results.history[0]["val_accuracy"] == 0.8
