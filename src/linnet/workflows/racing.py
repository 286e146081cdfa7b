"""The race of a comparison: rows, rounds, candidates and time put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from linnet.config import Config
from linnet.errors import ConfigError
from linnet.types import Split
from linnet.workflows.begun import rows_of
from linnet.workflows.contest import FOLDS, Contest
from linnet.workflows.cost import NUM_TIMED, milliseconds, num_bytes
from linnet.workflows.prepare import check_labels, prepare_pool
from linnet.workflows.trials import keep

if TYPE_CHECKING:
    from linnet.comparison.race import Deadline, Raced
    from linnet.comparison.rounds import Round
    from linnet.comparison.trial import Trial
    from linnet.splitting.pool import Pool
    from linnet.tables.examples import Examples
    from linnet.training.train import Material, Trained

OF_TIME = 0.75
"""Share of the time for trials; what is left is for training the winner again."""
OF_SEARCH = 0.6
"""Share of that for a search."""
MOST_FOUND = 3
"""Of what a search tried, that run with the others."""
SEEDS = 3


@dataclass(frozen=True, eq=False)
class Ground:
    """What a race is run on.

    Attributes:
        examples: All rows.
        split: Which are for what; test rows take no part.
        pool: What rows are shared out by.
        config: The settings of all trainings.
        contest: How the comparison goes.
        materials: All rows, tokenised, by tokenizer.
    """

    examples: "Examples"
    split: Split
    pool: "Pool"
    config: Config
    contest: Contest
    materials: "dict[tuple[str, bool], Material]" = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """The name of what is compared."""
        return "micro_f1" if self.examples.task == "multilabel" else "accuracy"

    @property
    def what(self) -> dict[str, Any]:
        """What must be the same for trials to go on: rows and settings, not models and time."""
        contest = asdict(self.contest)
        same = {name: contest[name] for name in ("folds", "seeds")}
        same["search"] = self.contest.search > 0  # the first round is then for nothing else
        return {"rows": rows_of(self.examples), "settings": self.config.to_toml(), **same}

    def material(self, config: Config) -> "Material":
        """Return all rows as the settings split them into tokens; subwords are made of words."""
        from linnet.text.tokenize import tokenize
        from linnet.training.train import Material

        tokenizer = config.tokenizer or "words"
        key = ("words" if tokenizer == "subwords" else tokenizer, config.strip_markup)
        if key not in self.materials:
            of = self.examples
            tokens = tokenize(of.texts, key[0], strip_markup=config.strip_markup)
            made = Material(tokens, of.targets, of.task, of.labels, of.weights, of.foreign)
            self.materials[key] = made
        return self.materials[key]


def ground_of(table: Any, config: Config, *, contest: Contest) -> Ground:
    """Read a table and split it.

    Example:
        >>> table = {"text": ["ä", "b", "c", "d"], "label": ["x", "y"] * 2}
        >>> ground_of(table, Config(), contest=Contest(folds=2)).metric
        'accuracy'
    """
    examples, split, pool = prepare_pool(table, config)
    check_labels(examples, split, own_thresholds=config.thresholds == "labels")
    return Ground(examples, split, pool, config, contest)


def check_models(contest: Contest, config: Config) -> None:
    """Refuse candidates that no training could begin with, before any begins.

    Raises:
        ConfigError: A model or a setting is unknown, or does not fit.

    Example:
        >>> check_models(Contest(models=["mlp", "mpl"]), Config())
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown model 'mpl': did you mean 'mlp'? ...
    """
    from linnet.comparison.candidates import settings_of
    from linnet.models.custom import is_custom
    from linnet.models.model import architecture

    if config.model:
        raise ConfigError(f"model is {config.model!r}: a comparison takes models, a list of them")
    if contest.all_rows and (config.split or config.test or config.previous):
        raise ConfigError(
            "all_rows is for test rows that linnet draws: leave out split, test and previous"
        )
    if contest.all_rows and config.test_fraction == 0:
        raise ConfigError("all_rows adds the test rows to the others: test_fraction must not be 0")
    if contest.search and contest.seeds == 1:
        raise ConfigError("search takes the first round for itself: seeds must be at least 2")
    for line in contest.models or ():
        model = str(settings_of(line, config).model)
        if not is_custom(model):
            architecture(model)


def rounds_of(ground: Ground) -> "tuple[tuple[Round, ...], str]":
    """Return the rounds, and what they measure in words.

    Folds, unless seeds are asked for, or rows are in the order of time or of an earlier split:
    then the validation rows are measured, as these say.

    Example:
        >>> table = {"text": ["ä", "b", "c", "d"] * 5, "label": ["x", "y"] * 10}
        >>> config = Config(duplicates="keep", test_fraction=0.2)
        >>> rounds_of(ground_of(table, config, contest=Contest(folds=2)))[1]
        'the 16 rows of 2 folds'
    """
    import numpy as np

    from linnet.comparison.rounds import by_fold, by_seed

    contest, config, split = ground.contest, ground.config, ground.split
    seeds = contest.seeds
    if contest.folds is None and (config.time or config.previous) and len(split.validation):
        seeds = seeds or SEEDS
    watch = config.validation_fraction or Config.validation_fraction
    if seeds is not None:
        rounds = by_seed(ground.pool, split, num_seeds=seeds, watch=watch, seed=config.seed)
        return rounds, f"the {len(split.validation):,} validation rows, {seeds} seeds"
    rows = np.sort(np.concatenate([split.train, split.validation]))
    num = contest.folds or FOLDS
    rounds = by_fold(ground.pool, rows, num_folds=num, watch=watch, seed=config.seed)
    return rounds, f"the {len(rows):,} rows of {num} folds"


def run_race(
    ground: Ground,
    rounds: "Sequence[Round]",
    *,
    done: "Sequence[Trial]",
    deadline: "Deadline",
    out: Path,
    say: Callable[[str], None],
) -> "Raced":
    """Run all candidates, and keep every trial.

    With a search, the first round is the search's alone, and what it found runs with the others
    from the second on: the luck of the many that were tried does not count.

    Args:
        ground: Rows and settings.
        rounds: What is trained on and measured.
        done: Trials of an earlier run.
        deadline: Of the race.
        out: Folder of the comparison.
        say: Is told what every trial reached.

    Example:
        >>> import tempfile
        >>> from linnet.comparison.race import Deadline
        >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 5, "label": [1, 1, 0, 0] * 5}
        >>> config = Config(duplicates="keep", near_duplicates="ignore", epochs=1)
        >>> ground = ground_of(table, config, contest=Contest(folds=2, models=[]))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Path(folder, "trials").mkdir()
        ...     raced = run_race(
        ...         ground, rounds_of(ground)[0], done=[], deadline=Deadline.after(60),
        ...         out=Path(folder), say=lambda line: None,
        ...     )
        >>> len(raced.trials)
        4
    """
    from linnet.comparison.candidates import BASELINES, candidates
    from linnet.comparison.race import race
    from linnet.comparison.trial import distinct

    config, material = ground.config, ground.material(ground.config)
    named = candidates(ground.examples.task, ground.contest.models, vectors=bool(config.vectors))
    names = distinct(named, material, split=ground.split, config=config)
    for name in named:
        if name not in names:
            say(f"{name} is left out: on these rows it is the same as one before it")
    runner = Runner(ground, len(rounds), out, say)
    if ground.contest.search:
        first, *rounds = rounds
        names = (*names, *_searched(ground, runner, first, deadline.sooner(OF_SEARCH)))
    measured = {part.number for part in rounds}
    return race(
        names, rounds, run=runner.run, deadline=deadline,
        done=[trial for trial in done if trial.number in measured], always=BASELINES,
    )  # fmt: skip


def _searched(ground: Ground, runner: "Runner", part: "Round", deadline: "Deadline") -> list[str]:
    """Return the best settings of a search on one round."""
    from linnet.comparison.search import search

    found = search(
        lambda line: runner.run(line, part, deadline.sooner(1 / 3)).score,
        task=ground.examples.task, num_tries=ground.contest.search,
        study=runner.out / "study.log", seed=ground.config.seed,
    )  # fmt: skip
    runner.weighed.clear()  # what the search weighed stands on no leaderboard
    return found[:MOST_FOUND]


@dataclass(frozen=True)
class Runner:
    """What runs one trial.

    Attributes:
        ground: Rows and settings.
        num_rounds: Of the comparison.
        out: Its folder, where trials are kept.
        say: Is told what a trial reached.
        weighed: Candidates whose size and time are known.
    """

    ground: Ground
    num_rounds: int
    out: Path
    say: Callable[[str], None]
    weighed: set[str] = field(default_factory=set)

    def run(self, name: str, part: "Round", limit: "Deadline") -> "Trial":
        """Run a trial within its time, and keep it."""
        from linnet.comparison.candidates import LINEAR, MAJORITY, settings_of
        from linnet.comparison.trial import linear, majority, run_trial
        from linnet.training.baseline import words_of

        ground = self.ground
        if name == MAJORITY:
            return majority(ground.material(ground.config), part)
        if name == LINEAR:
            config = replace(ground.config, tokenizer=words_of(ground.config))
            trial, trained = linear(ground.material(config), part=part, config=config)
        else:
            config = settings_of(name, ground.config)
            trial, trained = run_trial(
                name, ground.material(config), part=part, config=config, report=limit.check
            )
        if name not in self.weighed:
            trial = replace(
                trial, told=_weigh(trained, ground.examples.texts.head(NUM_TIMED).to_list())
            )
            self.weighed.add(name)
        keep(self.out, trial)
        self.say(
            f"round {part.number + 1} of {self.num_rounds}  {name}  {100 * trial.score:.2f} %  "
            f"{trial.seconds:.1f} s"
        )
        return trial


def _weigh(trained: "Trained", texts: Sequence[str]) -> Mapping[str, float]:
    """Save a model, and return how large it is and how long it takes for one text."""
    from linnet.artifact.save import save
    from linnet.training.pack import Results, pack
    from linnet.workflows.load import load

    with TemporaryDirectory(prefix="linnet-") as folder:
        path = Path(folder, "model")
        save(path, pack(trained, Results({"baselines": {}}, None)))
        (spent,) = milliseconds([load(path)], texts)
        return {"megabytes": num_bytes(path) / 1e6, "milliseconds": spent}
