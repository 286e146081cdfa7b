"""Where the time of a request goes inside the server: each step alone, in one process.

    python benchmarks/serve_parts.py RUN TEXTS.json [--num-texts N] [--times N]

Prints JSON: step → processor microseconds of a request, all threads together, the median.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from linnet.runtime.classifier import Classifier
from linnet.runtime.observed import observe, warm_up
from linnet.runtime.verify import load_verified
from linnet.serving.answering import Answering, whole
from linnet.serving.drift import Drift
from linnet.serving.question import read_question
from linnet.serving.settings import ServeSettings
from linnet.text.tokenize import as_texts

READ, WORDS, NUMBERS = "read the question", "split texts into words", "words to numbers"
MODEL, WATCH = "run the model", "count unknown words, tell what is unlike"
JSON = "choose labels, write JSON"


def main() -> None:
    """Measure, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--num-texts", type=int, default=100)
    parser.add_argument("--times", type=int, default=150)
    chosen = parser.parse_args()
    classifier = load_verified(chosen.run)
    warm_up(classifier)
    texts, num = json.loads(chosen.texts.read_text()), chosen.num_texts
    asked = [texts[start : start + num] for start in range(0, len(texts) - num + 1, num)]
    answering = Answering(classifier, Drift(classifier.labels, {}))
    found = [parts(classifier, answering, each) for each in asked[: chosen.times]]
    print(json.dumps({name: median(each[name] for each in found) for name in found[0]}))


def parts(classifier: Classifier, answering: Answering, texts: list[str]) -> dict[str, float]:
    """Return the microseconds of each step for one request."""
    settings, vectorizer = ServeSettings(), classifier.vectorizer
    body = json.dumps({"texts": texts}).encode()
    read, question = timed(lambda: read_question(body, settings))
    split, tokens = timed(lambda: vectorizer.tokens(as_texts(texts)))
    numbered, inputs = timed(lambda: vectorizer.few(tokens))
    scored, _ = timed(lambda: classifier.scores(inputs))
    observed, _ = timed(lambda: observe(classifier, question.texts))
    answered, _ = timed(lambda: whole(answering([question])[0], model="m", version="v"))
    return {
        READ: read, WORDS: split, NUMBERS: numbered, MODEL: scored,
        WATCH: observed - split - numbered - scored, JSON: answered - observed,
    }  # fmt: skip


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor time of a call in microseconds, and what came of it."""
    started = time.process_time_ns()
    found = work()
    return (time.process_time_ns() - started) / 1000, found


if __name__ == "__main__":
    main()
