"""From a table of labelled text to a classifier that is trained, evaluated, saved and served.

    run = linnet.train("posts.csv", text="post", label="tags", out="so")
    clf = linnet.load("so")
    clf.predict(["how do I reverse a list"])

Names are imported when they are used: `import linnet` costs milliseconds and imports no keras.
"""

from typing import TYPE_CHECKING, Any

from linnet.version import VERSION

if TYPE_CHECKING:
    from linnet.config import Config as Config
    from linnet.errors import ArtifactError as ArtifactError
    from linnet.errors import ConfigError as ConfigError
    from linnet.errors import DataError as DataError
    from linnet.errors import LinnetError as LinnetError
    from linnet.errors import MissingExtraError as MissingExtraError
    from linnet.errors import OutputError as OutputError
    from linnet.estimator import TextClassifier as TextClassifier
    from linnet.workflows.clean import clean as clean
    from linnet.workflows.compare import Comparison as Comparison
    from linnet.workflows.compare import compare as compare
    from linnet.workflows.compare_runs import Compared as Compared
    from linnet.workflows.compare_runs import compare_runs as compare_runs
    from linnet.workflows.compress import Compressed as Compressed
    from linnet.workflows.compress import compress as compress
    from linnet.workflows.curve import LearningCurve as LearningCurve
    from linnet.workflows.doubted import LabelErrors as LabelErrors
    from linnet.workflows.evaluate import evaluate as evaluate
    from linnet.workflows.explore import explore as explore
    from linnet.workflows.import_labels import import_labels as import_labels
    from linnet.workflows.label_errors import label_errors as label_errors
    from linnet.workflows.learning_curve import learning_curve as learning_curve
    from linnet.workflows.load import load as load
    from linnet.workflows.predict import predict as predict
    from linnet.workflows.predict import predict_page as predict_page
    from linnet.workflows.predict import predict_table as predict_table
    from linnet.workflows.queue import queue as queue
    from linnet.workflows.queue import write_queue as write_queue
    from linnet.workflows.read import read as read
    from linnet.workflows.report import report as report
    from linnet.workflows.reproduce import Reproduced as Reproduced
    from linnet.workflows.reproduce import reproduce as reproduce
    from linnet.workflows.run import Run as Run
    from linnet.workflows.score import score as score
    from linnet.workflows.serve import serve as serve
    from linnet.workflows.split import split as split
    from linnet.workflows.train import train as train
    from linnet.workflows.verify import verify as verify

__version__ = VERSION

_VERBS = (
    "clean",
    "compare",
    "compare_runs",
    "compress",
    "evaluate",
    "explore",
    "import_labels",
    "label_errors",
    "learning_curve",
    "load",
    "predict",
    "queue",
    "read",
    "report",
    "reproduce",
    "score",
    "serve",
    "split",
    "train",
    "verify",
)
_ERRORS = (
    "ArtifactError", "ConfigError", "DataError", "LinnetError", "MissingExtraError", "OutputError",
)  # fmt: skip
_WHERE = {
    "Comparison": "linnet.workflows.compare",
    "Compared": "linnet.workflows.compare_runs",
    "Compressed": "linnet.workflows.compress",
    "Config": "linnet.config",
    "LabelErrors": "linnet.workflows.doubted",
    "LearningCurve": "linnet.workflows.curve",
    "Reproduced": "linnet.workflows.reproduce",
    "Run": "linnet.workflows.run",
    "TextClassifier": "linnet.estimator",
    "predict_page": "linnet.workflows.predict",
    "predict_table": "linnet.workflows.predict",
    "write_queue": "linnet.workflows.queue",
    **dict.fromkeys(_ERRORS, "linnet.errors"),
    **{verb: f"linnet.workflows.{verb}" for verb in _VERBS},
}

__all__ = ["__version__", *_WHERE]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'linnet' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
