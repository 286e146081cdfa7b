"""How a comparison goes: who takes part, for how long, measured on what."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from linnet.config import settings_table
from linnet.errors import ConfigError
from linnet.registry import refuse_unknown_settings

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Contest:
    """How a comparison goes.

    Attributes:
        models: Who takes part: a model, and settings as `name=value`. None: those that are worth a
            try.
        folds: Each row but the test rows is measured once, in as many rounds; at least 2. None:
            5, unless `seeds` is given.
        seeds: Instead: every round measures the validation rows, and differs by its seed.
        minutes: All that it may take, in minutes, above 0.
        search: Settings to try that nobody listed: as many as this; 0: none.
        all_rows: Whether the winner is also trained on all rows, those for test included, which
            linnet must have drawn.

    Raises:
        ConfigError: A value does not fit, or both `folds` and `seeds` are given.
    """

    models: tuple[str, ...] | None = None
    folds: int | None = None
    seeds: int | None = None
    minutes: float = 20.0
    search: int = 0
    all_rows: bool = False

    def __post_init__(self) -> None:
        if self.folds is not None and self.seeds is not None:
            raise ConfigError("give folds or seeds, not both")
        for name, least in (("folds", 2), ("seeds", 1), ("search", 0)):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < least):
                raise ConfigError(f"{name} must be a whole number from {least} on, not {value!r}")
        if not 0 < self.minutes < float("inf"):
            raise ConfigError(f"minutes must be above 0, not {self.minutes!r}")
        if isinstance(self.models, str):
            raise ConfigError(
                f"models must be a list, not {self.models!r}: write [{self.models!r}]"
            )
        if self.models is not None:
            object.__setattr__(self, "models", tuple(self.models))


def contest_of(
    contest: Contest | None, settings: Mapping[str, Any]
) -> tuple[Contest, dict[str, Any]]:
    """Tell settings of a comparison from those of the trainings.

    Args:
        contest: To start from; None: the defaults.
        settings: By name, of both kinds.

    Returns:
        The comparison, and the settings of the trainings.

    Raises:
        ConfigError: A name is of neither kind.

    Example:
        >>> contest_of(None, {"minutes": 3, "label": "päivä"})
        (Contest(models=None, folds=None, seeds=None, minutes=3, ...), {'label': 'päivä'})
        >>> contest_of(None, {"minuets": 3})
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'minuets': did you mean 'minutes'? ...
    """
    own = [each.name for each in fields(Contest)]
    known = [*own, *(setting.name for setting, _ in settings_table())]
    refuse_unknown_settings(settings, known)
    chosen = {name: value for name, value in settings.items() if name in own}
    others = {name: value for name, value in settings.items() if name not in own}
    return replace(contest or Contest(), **chosen), others
