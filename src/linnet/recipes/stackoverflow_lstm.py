"""Stack Overflow questions by an LSTM."""

from linnet.recipes.definition import Recipe
from linnet.recipes.stackoverflow_embedding import COLUMNS, NOTES, SOURCE, TEXT, TRAINING

RECIPE = Recipe(
    name="stackoverflow-lstm",
    title="Questions by programming language: embedding, LSTM, dense",
    source=SOURCE,
    data="stackoverflow",
    columns=COLUMNS,
    faithful={
        **TEXT, **TRAINING, "model": "lstm", "units": 64, "dropout": 0.0, "spatial_dropout": 0.0,
        "recurrent_dropout": 0.0, "epochs": 10, "patience": 10, "weights": "best",
    },
    best={"validation_fraction": 0.1},
    published={"test accuracy": 0.9525},
    weights=5_920_420,
    notes=(
        *NOTES,
        "Texts are batched by length and padding is skipped; the tutorial's LSTM reads the zeros "
        "in front of a text.",
    ),
)  # fmt: skip
