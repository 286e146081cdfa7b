"""Headlines by an LSTM."""

from linnet.recipes.definition import Recipe

RECIPE = Recipe(
    name="news-lstm",
    title="Headlines by category: embedding, spatial dropout, LSTM",
    source=(
        "Justin Mitchel, Multiple category classification with Keras, TensorFlow, pandas, NumPy "
        "and Python, Coding for Entrepreneurs, 13 August 2019"
    ),
    data="news",
    columns={
        "text": ("TITLE",), "label": "CATEGORY", "test_fraction": 0.25, "seed": 42,
        "near_duplicates": "ignore",
        "labels": ("e=entertainment", "b=business", "t=science/tech", "m=health"),
    },
    faithful={
        "duplicates": "all", "undersample": True, "stratify": "none", "validation_fraction": 0.15,
        "tokenizer": "keras", "unknown": "drop", "max_ids": 8000, "max_length": 130, "pad": "pre",
        "cut": "pre", "model": "lstm", "embedding_size": 128, "spatial_dropout": 0.7, "units": 64,
        "dropout": 0.7, "recurrent_dropout": 0.7, "optimizer": "adam", "learning_rate": 0.001,
        "batch_size": 256, "epochs": 10, "patience": 7, "min_delta": 0.0001, "weights": "last",
        "retrain": False, "checkpoints": "best",
    },
    best={
        "duplicates": "first", "validation_fraction": 0.05, "model": "mlp", "hidden": (64,),
        "max_ids": 600_000, "min_count": 1, "learning_rate": 0.03, "batch_size": 256,
    },
    published={},
    weights=1_073_668,
    notes=(
        "The tutorial publishes no score; it predicts sentences.",
        "The best form keeps one copy of each title and all rows of each label.",
        "Words are counted in the training rows; the tutorial counts those of the test rows too.",
        "Texts are batched by length and padding is skipped; the tutorial's LSTM reads the zeros "
        "in front of a text.",
        "Headlines of one story stand on both sides of a random split, as in the tutorial.",
    ),
)  # fmt: skip
