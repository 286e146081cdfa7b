"""What pyproject.toml allows, what the two files of pins hold, and what the wheel is made of."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PIN = re.compile(r"[\w.-]+==[\w.]+")


def pins(name: str) -> list[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert lines and all(PIN.fullmatch(line) for line in lines), f"{name}: only name==version"
    return lines


def own() -> list[str]:
    """What linnet names itself, the extras that name other extras left out."""
    extras = PROJECT["optional-dependencies"].values()
    named = [*PROJECT["dependencies"], *(each for extra in extras for each in extra)]
    return sorted(each for each in named if not each.startswith("linnet["))


def test_every_dependency_has_a_lower_bound_and_no_upper_one() -> None:
    assert [each for each in own() if not re.fullmatch(r"[\w-]+(\[\w+\])?>=[\d.]+", each)] == []


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    bounds = {re.sub(r"\[\w+\]", "", each).replace(">=", "==") for each in own()}
    assert set(pins("constraints-lowest.txt")) == bounds


def test_every_dependency_is_pinned_and_told_of() -> None:
    pinned = {each.partition("==")[0].lower() for each in pins("constraints.txt")}
    told = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    for each in own():
        name = re.split(r"[\[>]", each)[0]
        assert name.lower() in pinned, f"constraints.txt has no {name}"
        assert re.search(rf"\| {name}[ ,]", told), f"docs/dependencies.md says nothing of {name}"
