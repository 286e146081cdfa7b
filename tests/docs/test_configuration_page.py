"""docs/configuration.md tells what the code does."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from linnet.config import Config, configure, settings_table
from linnet.models.measured import Measured
from linnet.models.model import ARCHITECTURES
from linnet.training.settings import complete

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generated():
    spec = spec_from_file_location("generate_configuration", DOCS / "generate_configuration.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(generated):
    page = generated.PAGE.read_text("utf-8")
    assert page == generated.page(), "run: python docs/generate_configuration.py"


def cells(page):
    rows = [line.strip("| ").split(" | ") for line in page.split("\n") if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_setting_has_a_row(generated):
    page, _ = generated.page().split(generated.MODELS)
    assert list(cells(page)) == [setting.name for setting, _ in settings_table()]
    assert cells(page)["retrain"][:2] == ["yes or no", "yes"]
    assert cells(page)["text"][:2] == ["names", "`text`"]
    assert cells(page)["max_ids"][:2] == ["whole number", "*model*"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_models_table_says_what_is_chosen(generated, name):
    _, page = generated.page().split(generated.MODELS)
    column = list(ARCHITECTURES).index(name)
    chosen = complete(configure(model=name), Measured("multiclass", 10_000, 4))
    for setting, row in cells(page).items():
        value, shown = getattr(chosen, setting), row[column]
        if shown == "–":
            assert value is None
        elif shown != "*measured*":
            assert shown == generated._value(value)


def test_what_follows_from_other_settings(generated):
    found = Measured("multiclass", 10_000, 4)
    assert complete(configure(tokenizer="keras", model="lstm"), found).unknown == "drop"
    assert complete(configure(vectorizer="ids"), found).ngrams == 1
    assert complete(configure(engine="keras"), found).optimizer == "adam"
    assert complete(Config(), Measured("multiclass", 10_000, 4, validated=False)).epochs == 10
