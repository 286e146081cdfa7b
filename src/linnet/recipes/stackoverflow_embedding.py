"""Stack Overflow questions by an embedding that is laid flat."""

from linnet.recipes.definition import Recipe

SOURCE = (
    "Shrikar Archak, Deep learning with Keras and Python for multiclass classification, "
    "17 March 2018"
)
COLUMNS = {"text": ("text",), "label": "label", "split": "split", "duplicates": "keep"}
NOTES = (
    "The tutorial's own 8,000 questions (iphone, java, javascript, python) are not published. "
    "Here the questions of four languages are labelled, and the language's name is blanked out of "
    "the texts, which makes the task harder.",
    "The tutorial measures 400 random rows; here the data's own 8,000 test rows are measured.",
    "Words are counted in the training rows; the tutorial counts those of the test rows too.",
)
TEXT = {
    "tokenizer": "keras", "unknown": "drop", "min_count": 1, "vectorizer": "ids",
    "max_length": 500, "pad": "pre", "cut": "pre", "embedding_size": 128, "hidden": (32,),
}  # fmt: skip
TRAINING = {
    "optimizer": "adam", "learning_rate": 0.001, "batch_size": 64, "validation_fraction": 0.25,
    "stratify": "none", "monitor": "val_accuracy", "checkpoints": "best", "retrain": False,
}  # fmt: skip

RECIPE = Recipe(
    name="stackoverflow-embedding",
    title="Questions by programming language: embedding, flattened, dense",
    source=SOURCE,
    data="stackoverflow",
    columns=COLUMNS,
    faithful={
        **TEXT, **TRAINING, "model": "embedding", "epochs": 5, "patience": 5, "weights": "last",
    },
    best={"validation_fraction": 0.1},
    published={"test accuracy": 0.945},
    weights=7_916_964,
    notes=NOTES,
)  # fmt: skip
