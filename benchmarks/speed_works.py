"""What benchmarks/speed.py measures: each work with its sides, and how far linnet should be ahead.

A command's `{...}` are places and Pythons that speed.py fills in. The last line of a side's output
that is a JSON object holds its score, and its seconds where only a part of the process is timed;
a side without such a line left its score in the run's folder `{out}`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """One program that does the work.

    Attributes:
        name: As the page has it.
        command: With places in braces; nothing else is replaced, and no shell reads it.
        optional: What must be asked for; "": always measured.
    """

    name: str
    command: str
    optional: str = ""


@dataclass(frozen=True)
class Bar:
    """How far linnet should be ahead of a peer.

    Attributes:
        faster: Peer's seconds divided by linnet's, at least.
        aim: The same, as it is hoped for.
        memory: linnet's peak divided by the peer's, at most; None: not asked.
    """

    faster: float
    aim: float
    memory: float | None = None


@dataclass(frozen=True)
class Work:
    """Something that linnet and its peers do on the same rows.

    Attributes:
        name: Unique.
        group: Heading of the page.
        sides: linnet first.
        bars: By the peer's name.
        metric: Of the score; None: there is none.
        timed: The whole process, or what the program itself times.
        before: Commands that come before, untimed, once per run of the script.
        most_repeats: For works of many minutes; None: no limit.
    """

    name: str
    group: str
    sides: tuple[Side, ...]
    bars: dict[str, Bar]
    metric: str | None = "accuracy"
    timed: str = "process"
    before: tuple[str, ...] = ()
    most_repeats: int | None = None


RECIPES, DEFAULTS, TEXTS, ANSWERS, OTHERS = (
    "The tutorials' programs", "Defaults", "Texts to n-grams", "Answers", "Further peers",
)  # fmt: skip
TENSORFLOW, JAX, LINEAR, FASTTEXT = "Keras, TensorFlow", "Keras, JAX", "scikit-learn", "fastText"
KERAS_PREDICT, KERAS_CALL = "Keras predict", "Keras model(x)"


def recipe(name: str, program: str, bar: Bar, *, steps: int = 0, metric: str = "accuracy") -> Work:
    """Return a faithful recipe beside its tutorial's program, which may run some steps only."""
    run = f"{{tensorflow}} {{here}}/tutorials/{program} {{rows}}/{name}.parquet"
    run += f" --recipe {name} --seed {{seed}}" + (f" --steps {steps}" if steps else "")
    ours = f"{{linnet}} train {{rows}}/{name}.parquet --config {{rows}}/{name}.toml"
    return Work(
        name, RECIPES,
        (
            Side("linnet", f"{ours} --seed {{seed}} --out {{out}}"),
            Side(TENSORFLOW, f"/usr/bin/env KERAS_BACKEND=tensorflow {run}"),
            Side(JAX, f"/usr/bin/env KERAS_BACKEND=jax {run}", optional="jax"),
        ),
        {TENSORFLOW: bar}, metric, most_repeats=1 if name == "arxiv-mlp" else None,
    )  # fmt: skip


def default(data: str, options: str, peer: Side, *, name: str, bar: Bar) -> Work:
    """Return a training without a model option beside a peer's."""
    ours = f"{{linnet}} train {{rows}}/{data}.parquet --split split {options}"
    return Work(
        name, DEFAULTS, (Side("linnet", f"{ours} --seed {{seed}} --out {{out}}"), peer),
        {peer.name: bar},
    )  # fmt: skip


def linear(data: str) -> Side:
    return Side(LINEAR, f"{{sklearn}} {{here}}/peers/linear.py {{rows}}/{data}.parquet")


def fasttext(data: str) -> Side:
    program = "{fasttext} {here}/peers/bigrams.py"
    return Side(FASTTEXT, f"{program} {{rows}}/{data}.parquet --seed {{seed}}")


def vectorise(data: str, column: str) -> Work:
    arguments = f"{{data}}/{data}.parquet --column {column}"
    return Work(
        f"vectorise-{data}", TEXTS,
        (
            Side("linnet", f"{{python}} {{here}}/ours/vectorise.py {arguments}"),
            Side(LINEAR, f"{{sklearn}} {{here}}/peers/vectorise.py {arguments}"),
        ),
        {LINEAR: Bar(3, 8)}, metric=None, timed="part",
    )  # fmt: skip


def textcat(architecture: str) -> Side:
    program = "{spacy} {here}/peers/textcat.py {rows}/stackoverflow-embedding.parquet"
    return Side(f"spaCy {architecture}", f"{program} --architecture {architecture}")


NETWORK = "{linnet} train {rows}/imdb-mlp.parquet --config {rows}/imdb-mlp.toml --out {models}/mlp"
KERAS_NETWORK = "{tensorflow} {here}/peers/keras_answers.py {models}/mlp.keras"
HEADLINES = "{linnet} train {rows}/news.parquet --split split --out {models}/news"

COMPRESSED = Work(
    "compressed", ANSWERS,
    (
        Side(
            "linnet",
            "{python} {here}/ours/compressed.py {models}/news {models}/small {rows}/news.parquet",
        ),
    ),
    {}, metric=None, most_repeats=1,
    before=(HEADLINES, "{linnet} compress {models}/news --out {models}/small --max-mb 2"),
)  # fmt: skip
COMPRESSED_MEGABYTES, COMPRESSED_POINTS = (4, 2), 0.5  # size: bar and aim; most that is lost

WORKS = (
    recipe("imdb-mlp", "bag.py", Bar(4, 8, 1 / 6)),
    recipe("reuters-mlp", "bag.py", Bar(3, 6, 1 / 4)),
    recipe("stackoverflow-embedding", "stackoverflow.py", Bar(2, 4)),
    recipe("stackoverflow-lstm", "stackoverflow.py", Bar(4, 8), steps=60),
    recipe("imdb-lstm", "reviews.py", Bar(4, 6), steps=60),
    recipe("news-lstm", "news.py", Bar(7, 12), steps=60),
    recipe("arxiv-mlp", "arxiv.py", Bar(15, 40, 1 / 3), steps=20, metric="micro_f1"),
    default("news", "", linear("news"), name="default-news", bar=Bar(1, 2)),
    default("imdb", "", linear("imdb"), name="default-imdb", bar=Bar(1, 2)),
    default("news", "--no-retrain", fasttext("news"), name="once-news", bar=Bar(1 / 1.3, 1)),
    default("imdb", "--no-retrain", fasttext("imdb"), name="once-imdb", bar=Bar(1 / 2, 1)),
    vectorise("news", "TITLE"),
    vectorise("imdb", "text"),
    vectorise("arxiv", "summaries"),
    Work(
        "one-text", ANSWERS,
        (
            Side("linnet", "{python} {here}/ours/one_text.py {models}/mlp"),
            Side(KERAS_PREDICT, f"{KERAS_NETWORK} --repeat predict"),
            Side(KERAS_CALL, f"{KERAS_NETWORK} --repeat call"),
        ),
        {KERAS_PREDICT: Bar(10, 30), KERAS_CALL: Bar(1, 2)}, metric=None, timed="part",
        before=(NETWORK, f"{KERAS_NETWORK} --make {{rows}}/imdb-mlp.parquet"),
    ),
    Work(
        "cold-answer", ANSWERS,
        (
            Side("linnet", "{linnet} predict {models}/mlp wonderful"),
            Side(TENSORFLOW, f"{KERAS_NETWORK} --text wonderful"),
        ),
        {TENSORFLOW: Bar(8, 15)}, metric=None,
        before=(NETWORK, f"{KERAS_NETWORK} --make {{rows}}/imdb-mlp.parquet"),
    ),
    Work(
        "many-texts", ANSWERS,
        (
            Side("linnet", "{python} {here}/ours/many_texts.py {models}/news {data}/news.parquet"),
            Side(
                LINEAR,
                "{sklearn} {here}/peers/linear.py {rows}/news.parquet --answer {data}/news.parquet",
            ),
        ),
        {LINEAR: Bar(2, 5)}, metric=None, timed="part", before=(HEADLINES,),
    ),
    COMPRESSED,
    Work(
        "spacy", OTHERS,
        (
            Side(
                "linnet",
                "{linnet} train {rows}/stackoverflow-embedding.parquet --split split --out {out}",
            ),
            textcat("bow"),
            textcat("ensemble"),
        ),
        {}, most_repeats=1,
    ),
)  # fmt: skip
