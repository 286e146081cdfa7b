"""spaCy: a blank English pipeline with one text classifier.

python textcat.py ROWS.parquet --architecture bow
"""

import argparse
import json
import random

import polars as pl
import spacy
from spacy.pipeline.textcat import single_label_bow_config, single_label_default_config
from spacy.training import Example
from spacy.util import compounding, fix_random_seed, load_config_from_str, minibatch

CONFIGS = {"bow": single_label_bow_config, "ensemble": single_label_default_config}
EPOCHS = {"bow": 5, "ensemble": 3}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", help="Parquet file with the columns text, label, split")
    parser.add_argument("--architecture", choices=CONFIGS, default="bow")
    chosen = parser.parse_args()
    fix_random_seed(0)
    table = pl.read_parquet(chosen.rows)
    test = table.filter(pl.col("split") == "test")
    train = table.filter(pl.col("split") != "test")
    labels = sorted(train["label"].unique())

    nlp = spacy.blank("en")
    model = load_config_from_str(CONFIGS[chosen.architecture], interpolate=True)["model"]
    textcat = nlp.add_pipe("textcat", config={"model": model})
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {each: each == label for each in labels}})
        for text, label in train.select("text", "label").iter_rows()
    ]
    for label in labels:
        textcat.add_label(label)
    optimizer = nlp.initialize(lambda: examples[:1000])
    for _ in range(EPOCHS[chosen.architecture]):
        random.shuffle(examples)
        for batch in minibatch(examples, size=compounding(4.0, 64.0, 1.01)):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    docs = nlp.pipe(test["text"])
    hits = sum(max(doc.cats, key=doc.cats.get) == label
               for doc, label in zip(docs, test["label"], strict=True))  # fmt: skip
    print(json.dumps({"accuracy": hits / len(test), "epochs": EPOCHS[chosen.architecture]}))


if __name__ == "__main__":
    main()
