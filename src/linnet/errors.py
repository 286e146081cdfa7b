"""The errors that linnet raises on purpose.

    LinnetError
    ├── DataError        a table or a text cannot be used as it is (also a ValueError)
    ├── ConfigError      a setting or a name is unknown or does not fit (also a ValueError)
    ├── ArtifactError    a saved model is damaged, incomplete or from a newer version
    ├── OutputError      a place to write to is taken or cannot be written
    ├── DivergedError    a training came to infinite numbers
    └── MissingExtraError  an optional dependency is not installed (also an ImportError)

Every message says what happened, what was expected and how to mend it. Whoever catches
`LinnetError` catches all mistakes that a user can mend; anything else is a defect of linnet.
"""


class LinnetError(Exception):
    """Base of every error that linnet raises on purpose."""


class DataError(LinnetError, ValueError):
    """A table, a file or a text that cannot be used as it is."""


class ConfigError(LinnetError, ValueError):
    """A setting or a name that is unknown, or settings that contradict each other."""


class ArtifactError(LinnetError):
    """A saved model that is damaged, incomplete, or written by a newer version."""


class OutputError(LinnetError):
    """A place to write to that is taken or cannot be written."""


class DivergedError(LinnetError):
    """A training whose loss became infinite: its steps were too large."""


class MissingExtraError(LinnetError, ImportError):
    """An optional dependency that is needed here and not installed."""


def json_kind(value: object) -> str:
    """Name a JSON type with its article, for messages.

    Example:
        >>> json_kind([]), json_kind(None), json_kind(True), json_kind("ä")
        ('a list', 'null', 'true or false', 'a string')
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
    return "an object"
