"""Film reviews by an LSTM."""

from linnet.recipes.definition import Recipe

RECIPE = Recipe(
    name="imdb-lstm",
    title="Film reviews, good or bad: embedding, LSTM",
    source="Multi-class classification with LSTM (after Jason Brownlee's tutorial of 2016)",
    data="imdb",
    columns={"text": ("text",), "label": "label", "split": "split"},
    faithful={
        "checkpoints": "none",
        "duplicates": "keep", "tokenizer": "keras", "unknown": "id", "max_ids": 5000,
        "max_length": 500, "pad": "pre", "cut": "pre",
        "model": "lstm", "embedding_size": 32, "units": 100, "spatial_dropout": 0.0,
        "dropout": 0.2, "recurrent_dropout": 0.2, "optimizer": "adam", "learning_rate": 0.001,
        "batch_size": 64, "epochs": 3, "validation_fraction": 0, "weights": "last", "seed": 7,
    },
    best={},
    published={"test accuracy": 0.8663, "last epoch's accuracy": 0.8932,
        "last epoch's loss": 0.2687},
    weights=213_301,
    notes=(
        "The tutorial takes Keras's integer-coded copy; here the same reviews are read as text.",
        "Texts are batched by length and padding is skipped; the tutorial's LSTM reads the zeros "
        "in front of a text.",
        "The tutorial's training numbers are those of the last epoch while it trained.",
    ),
)  # fmt: skip
