"""Film reviews by a multilayer perceptron."""

from linnet.recipes.definition import Recipe

SOURCE = "Deep learning models for classification (after François Chollet's book of 2017)"
COLUMNS = {"text": ("text",), "split": "split"}
TEXT = {
    "duplicates": "keep", "tokenizer": "keras", "unknown": "id", "vectorizer": "multi_hot",
    "norm": "none", "ngrams": 1, "min_count": 1, "max_ids": 10_000,
}  # fmt: skip
TRAINING = {
    "checkpoints": "none", "model": "mlp", "optimizer": "rmsprop", "learning_rate": 0.001,
    "batch_size": 512, "epochs": 20, "patience": 20, "dropout": 0.0, "monitor": "val_loss",
    "retrain": True,
}  # fmt: skip

RECIPE = Recipe(
    name="imdb-mlp",
    title="Film reviews, good or bad: words that occur, two hidden layers",
    source=SOURCE,
    data="imdb",
    columns={**COLUMNS, "label": "label"},
    faithful={
        **TEXT, **TRAINING, "hidden": (16, 16), "first_validation": 10_000, "retrain_epochs": 5,
    },
    best={},
    published={"test accuracy": 0.8788, "test loss": 0.3160},
    weights=160_305,
    notes=(
        "The tutorial takes Keras's integer-coded copy; here the same reviews are read as text.",
        "The tutorial's comment says that 0 is a positive review. It is 1: here the labels have "
        "their names.",
    ),
)  # fmt: skip
