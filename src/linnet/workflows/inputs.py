"""What a model takes and gives, by example: rows as numbers, a text as ids, the layers.

Goes in: a trained model and its rows. Comes out: plain data for `examples.json`.
"""

import math
from typing import TYPE_CHECKING, Any

from linnet.workflows.answers import cut

if TYPE_CHECKING:
    from linnet.models.layers.layer import Layer
    from linnet.models.model import Sizes
    from linnet.tables.examples import Examples
    from linnet.training.train import Trained

NUM_ROWS = 5
MOST_IDS = 60
MOST_NUMBERS = 40
LONGEST_TEXT = 300
PARTS = ("train", "validation", "test")


def inputs(examples: "Examples", trained: "Trained") -> dict[str, Any]:
    """Return how texts and labels became numbers, and what the model makes of them.

    Args:
        examples: All rows of the run.
        trained: The model and the split.

    Returns:
        `rows`: a few training rows before and after; `text`: one text as tokens, ids and tokens
        again; `target`: its labels as numbers and as labels again; `shapes`: of the inputs and
        targets of each part; `model`: layers, steps, warnings.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import tokenize
        >>> from linnet.training.train import Material, train_model
        >>> from linnet.workflows.prepare import prepare
        >>> config = configure(model="linear", epochs=1, retrain=False, duplicates="keep")
        >>> table = {"text": ["é b", "", "a", "c"] * 5, "label": ["x", "x", "y", "y"] * 5}
        >>> made, split = prepare(table, config)
        >>> material = Material(tokenize(made.texts), made.targets, made.task, made.labels)
        >>> found = inputs(made, train_model(material, split, config=config))
        >>> found["shapes"]["train"]
        {'inputs': [12, 7], 'inputs_type': 'float32', 'targets': [12, 1], 'targets_type': 'float32'}
        >>> found["model"]["layers"][0]
        {'name': 'bag_0', 'input': [7], 'output': [1], 'weights': 8}
    """
    import numpy as np

    train = np.sort(trained.split.train)
    some = train[np.linspace(0, len(train) - 1, min(NUM_ROWS, len(train))).astype(int)]
    rows = [_row(examples, each) for each in some.tolist()]
    # Several labels and few words show the way there and back best.
    at = min(range(len(rows)), key=lambda each: (-len(rows[each]["labels"]), rows[each]["words"]))
    row = int(some[at])
    return {
        "rows": rows,
        "text": _text(examples, trained, row=row),
        "target": _target(examples, trained, row=row),
        "shapes": _shapes(trained),
        "model": _model(trained),
    }


def narrow_layers(layers: "tuple[Layer, ...]", sizes: "Sizes") -> list[str]:
    """Warn of each hidden layer that has fewer units than there are outputs.

    Example:
        >>> from linnet.models.model import Sizes, layers_for
        >>> sizes = Sizes(num_ids=9, length=1, outputs=46)
        >>> narrow_layers(layers_for("mlp", sizes, options={"hidden": (64, 4)}), sizes)
        ['layer dense_2 has 4 units, fewer than the 46 labels: ...; set more units']
        >>> narrow_layers((), sizes)
        []
    """
    from linnet.models.model import walk

    hidden = [
        (name, layer.output_shape(shape)[0])
        for name, layer, shape in list(walk(layers, sizes) if layers else ())[:-1]
        if len(layer.output_shape(shape)) == 1 and layer.weights(shape)
    ]
    return [
        f"layer {name} has {units:,} units, fewer than the {sizes.outputs:,} labels: what it "
        "drops, no later layer can bring back; set more units"
        for name, units in hidden
        if units < sizes.outputs
    ]


def _row(examples: "Examples", row: int) -> dict[str, Any]:
    """Return one row as the table has it and as training sees it."""
    import numpy as np

    from linnet.exploration.lengths import lengths

    text = str(examples.texts[row])
    num_words = len(text.split())
    bins = lengths(np.array([num_words])).bins
    classes = _classes(examples, row)
    return {
        "row": int(examples.rows[row]),
        "text": cut(text, LONGEST_TEXT),
        "labels": [examples.labels[each] for each in classes],
        "classes": classes,
        "words": num_words,
        "bin": next(name for name, count in bins.items() if count),
    }


def _classes(examples: "Examples", row: int) -> list[int]:
    import numpy as np

    target = examples.targets[row]
    return np.flatnonzero(target).tolist() if target.ndim else [int(target)]


def _text(examples: "Examples", trained: "Trained", *, row: int) -> dict[str, Any]:
    """Return a text, its tokens, its ids, and what the ids stand for."""
    import numpy as np

    from linnet.text.ids import Ids

    vectorizer = trained.final.vectorizer
    tokens = trained.material.tokens.select(np.array([row]))
    made = vectorizer.vectorize(tokens)
    ids = made.values if isinstance(made, Ids) else made.indices
    shown = ids[:MOST_IDS].tolist()
    weights = None if isinstance(made, Ids) else made.data[:MOST_IDS].astype(float)
    return {
        "text": _row(examples, row)["text"],
        "tokens": [tokens.words[each] for each in tokens.codes[:MOST_IDS]],
        "num_tokens": len(tokens.codes),
        "ids": shown,
        "num_ids": len(ids),
        "weights": None if weights is None else weights.round(4).tolist(),
        "words": vectorizer.words(shown),
    }


def _target(examples: "Examples", trained: "Trained", *, row: int) -> dict[str, Any]:
    """Return the labels of a row, the numbers that the loss takes, and the labels again."""
    import numpy as np

    head = trained.final.plan.head
    answers = trained.material.answers(np.array([row]))
    numbers = np.atleast_1d(head.expected(answers)[0])
    labels = _row(examples, row)["labels"]
    if examples.task != "multilabel" and len(numbers) == 1:
        back = [examples.labels[int(numbers[0])]]
    else:
        back = [examples.labels[each] for each in np.flatnonzero(numbers)]
    return {
        "labels": labels,
        "numbers": [float(each) for each in numbers[:MOST_NUMBERS]],
        "num_numbers": len(numbers),
        "ones": np.flatnonzero(numbers).tolist() if len(numbers) > 1 else [],
        "back": back,
    }


def _shapes(trained: "Trained") -> dict[str, dict[str, Any]]:
    """Return shape and type of what goes in and what should come out, by part."""
    model, split, num_rows = trained.final, trained.split, trained.num_rows
    vectorizer = model.vectorizer
    width = vectorizer.num_ids if vectorizer.gives_bags else model.plan.sizes.length
    expected = model.plan.head.expected(trained.material.answers(split.train[:1]))
    return {
        part: {
            "inputs": [num_rows[part], width],
            "inputs_type": "float32" if vectorizer.gives_bags else "int32",
            "targets": [num_rows[part], *expected.shape[1:]],
            "targets_type": str(expected.dtype),
        }
        for part in PARTS
        if num_rows[part]
    }


def _model(trained: "Trained") -> dict[str, Any]:
    """Return the layers with their shapes and weights, the steps, and what is doubtful."""
    plan, num_rows = trained.final.plan, trained.num_rows
    per_epoch = math.ceil(num_rows["train"] / plan.batch_size)
    found: dict[str, Any] = {
        "layers": _own_layers(trained) if plan.build else _layers(plan.layers, plan.sizes),
        "activation": None if plan.build else plan.head.activation,
        "optimizer": plan.optimizer,
        "loss": plan.head.loss,
        "batch_size": plan.batch_size,
        "steps_per_epoch": per_epoch,
        "epochs": len(trained.watched.fitted.history),
        "steps": per_epoch * len(trained.watched.fitted.history),
        "warnings": narrow_layers(plan.layers, plan.sizes),
    }
    if trained.final is not trained.watched:
        again = math.ceil((num_rows["train"] + num_rows["validation"]) / plan.batch_size)
        epochs = len(trained.final.fitted.history)
        found["again"] = {
            "steps_per_epoch": again, "epochs": epochs, "steps": again * epochs
        }  # fmt: skip
    return found


def _layers(layers: "tuple[Layer, ...]", sizes: "Sizes") -> list[dict[str, Any]]:
    from linnet.models.model import walk

    return [
        {
            "name": name,
            "input": list(shape),
            "output": list(layer.output_shape(shape)),
            "weights": sum(math.prod(each.shape) for each in layer.weights(shape).values()),
        }
        for name, layer, shape in walk(layers, sizes)
    ]


def _own_layers(trained: "Trained") -> list[dict[str, Any]]:
    """Return the layers of a user's own Keras model, as Keras tells of them."""
    layers = getattr(getattr(trained.final.engine, "model", None), "layers", [])
    return [
        {
            "name": layer.name,
            "input": None,
            "output": list(layer.output.shape[1:]) if hasattr(layer.output, "shape") else None,
            "weights": layer.count_params(),
        }
        for layer in layers
    ]
