"""Settings: one name everywhere, values checked, TOML that reads back as it was."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.config import Config, configure, read_config, settings_table
from linnet.errors import ConfigError


def read(tmp_path, content):
    path = tmp_path / "run.toml"
    path.write_text(content, "utf-8")
    return read_config(path)


def test_no_settings_are_the_defaults(tmp_path):
    assert configure() == configure(None) == Config() == read(tmp_path, "")
    assert Config().text == ("text",)
    assert Config().model is None


def test_settings_go_over_the_given_ones():
    base = configure(label="tags", epochs=3)
    assert configure(base, epochs=5) == Config(label="tags", epochs=5)
    assert configure(base, epochs=None).epochs is None
    assert base.epochs == 3


def test_or_else_fills_only_what_is_open():
    filled = configure(epochs=3).or_else({"epochs": 9, "patience": 2, "seed": 7})
    assert (filled.epochs, filled.patience, filled.seed) == (3, 2, 0)
    assert configure(dropout=0.0, bidirectional=False).or_else(
        {"dropout": 0.5, "bidirectional": True}
    ) == configure(dropout=0, bidirectional=False)


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("text", "a", ("a",)),
        ("text", " a , b ", ("a", "b")),
        ("text", ["a", "b"], ("a", "b")),
        ("text", [" a", "b,c"], (" a", "b,c")),
        ("labels", "", ()),
        ("labels", "e=entertainment,b=business", ("e=entertainment", "b=business")),
        ("hidden", "", ()),
        ("hidden", "64, 32", (64, 32)),
        ("hidden", [np.int64(8)], (8,)),
        ("epochs", np.int32(3), 3),
        ("dropout", 0, 0.0),
        ("learning_rate", np.float32(0.5), 0.5),
        ("out", Path("so") / "ä", str(Path("so") / "ä")),
        ("label", "", ""),
        ("retrain", False, False),
        ("model", "my file.py:build", "my file.py:build"),
    ],
)
def test_values_become_the_type_of_the_setting(name, given, kept):
    value = getattr(configure(**{name: given}), name)
    assert value == kept
    assert type(value) is type(kept)
    assert configure(**{name: given}) == Config(**{name: given})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("text", [], "text must name at least one column"),
        ("text", "", "text must name at least one column"),
        ("text", None, "text must be given"),
        ("text", [3], r"text must be a list of names, not \[3\]"),
        ("text", {"a": 1}, "text must be a list of names"),
        ("label", 3, "label must be a string, not 3"),
        ("label", b"a", "label must be a string, not b'a'"),
        ("label", "\ud800", "label must be a string"),
        ("epochs", "3", "epochs must be a whole number, not '3'"),
        ("epochs", 3.0, "epochs must be a whole number, not 3.0"),
        ("epochs", True, "epochs must be a whole number, not True"),
        ("epochs", 0, "epochs must be at least 1, not 0"),
        ("patience", -1, "patience must be at least 0, not -1"),
        ("retrain", 1, "retrain must be true or false, not 1"),
        ("retrain", "yes", "retrain must be true or false, not 'yes'"),
        ("hidden", 64, "hidden must be a list of whole numbers, not 64"),
        ("hidden", "64,", "hidden must be a list of whole numbers, not '64,'"),
        ("hidden", [64, 0], "hidden must be at least 1, not 0"),
        ("hidden", [1.5], r"hidden must be a list of whole numbers, not \[1.5\]"),
        ("learning_rate", 0, "learning_rate must be above 0, not 0"),
        ("learning_rate", float("nan"), "learning_rate must be a number, not nan"),
        ("learning_rate", float("inf"), "learning_rate must be a number, not inf"),
        ("learning_rate", False, "learning_rate must be a number, not False"),
        ("dropout", 1, "dropout must be below 1, not 1"),
        ("spatial_dropout", 1.5, "spatial_dropout must be below 1, not 1.5"),
        ("recurrent_dropout", -0.1, "recurrent_dropout must be at least 0, not -0.1"),
        ("max_ids", 2, "max_ids must be at least 3, not 2"),
        ("seed", None, "seed must be given"),
        ("optimizer", "adamw", "must be one of adam, rmsprop, sgd, lazy_adam, rowwise_adagrad"),
        ("optimizer", ["adam"], r"optimizer must be one of .*, not \['adam'\]"),
        ("task", "regression", "task must be one of binary, multiclass, multilabel"),
    ],
)
def test_values_that_do_not_fit(name, value, message):
    with pytest.raises(ConfigError, match=message):
        configure(**{name: value})
    with pytest.raises(ConfigError, match=message):
        Config(**{name: value})


@pytest.mark.parametrize(
    ("name", "near"), [("lable", "label"), ("max-ids", "max_ids"), ("EPOCHS", "epochs")]
)
def test_an_unknown_name_gets_the_nearest(name, near):
    with pytest.raises(ConfigError, match=f"unknown setting '{name}': did you mean '{near}'"):
        configure(**{name: 1})


def test_a_name_like_none_gets_all():
    with pytest.raises(ConfigError, match=r"unknown setting 'zzzz': Known: text, label, .*, out"):
        configure(zzzz=1)


TRICKY = Config(
    text=("texte €", 'a "b"', "c,d", ""), label="tab\t nul\0 del\x7f \r\n \\ \x85 \u2028 🐦",
    labels=(), hidden=(64, 32), learning_rate=1e-7, dropout=0.0, min_delta=1e16, seed=2**63,
    bidirectional=False, retrain=False, out="C:\\x\\new",
)  # fmt: skip


def test_toml_round_trip(tmp_path):
    assert read(tmp_path, TRICKY.to_toml()) == TRICKY
    assert read(tmp_path, Config().to_toml()) == Config()
    assert read(tmp_path, "\ufeff" + TRICKY.to_toml()) == TRICKY


def strategy(setting, hint):
    limits = setting.metadata["limits"]
    least = limits["least"] if limits["above"] is None else limits["above"]
    words = st.text(st.characters(exclude_categories=["Cs"]))
    kinds = {
        str: words,
        bool: st.booleans(),
        int: st.integers(0 if least is None else int(least)),
        float: st.floats(
            0 if least is None else least, limits["below"], allow_nan=False, allow_infinity=False,
            exclude_min=limits["above"] is not None, exclude_max=limits["below"] is not None,
        ),
        tuple[str, ...]: st.lists(words, min_size=1).map(tuple),
        tuple[int, ...]: st.lists(st.integers(1)).map(tuple),
    }  # fmt: skip
    options = getattr(hint, "__args__", ())
    wanted = options[0] if type(None) in options else hint
    known = kinds.get(wanted)
    return known if known is not None else st.sampled_from(wanted.__args__)


@given(
    st.fixed_dictionaries(
        {}, optional={setting.name: strategy(setting, hint) for setting, hint in settings_table()}
    )
)
def test_toml_round_trip_of_any_settings(tmp_path_factory, settings):
    config = configure(**settings)
    assert read(tmp_path_factory.mktemp("toml"), config.to_toml()) == config


def test_toml_leaves_out_what_is_open():
    names = [line.split(" = ")[0] for line in Config().to_toml().splitlines()]
    decided = [each.name for each in fields(Config) if getattr(Config(), each.name) is not None]
    assert names == decided


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "[training]\nepochs = 3",
            r"run\.toml: \[training\] is a table, and settings have only one",
        ),
        ("model.name = 'lstm'", r"run\.toml: \[model\] is a table"),
        ("epochs = 'x'", r"run\.toml: epochs must be a whole number, not 'x'"),
        ("epoch = 3", r"run\.toml: unknown setting 'epoch': did you mean 'epochs'"),
        ("label = 2020-01-01", r"run\.toml: label must be a string, not datetime"),
        ("learning_rate = nan", "learning_rate must be a number, not nan"),
        ("epochs = 3\nepochs = 4", r"cannot read settings from .*run\.toml: Cannot overwrite"),
        ("epochs 3", r"cannot read settings from .*run\.toml: Expected '='.*line 1"),
    ],
)
def test_files_that_do_not_fit(tmp_path, content, message):
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, content)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match=r"cannot read settings from .*none\.toml: No such file"):
        read_config(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"label = '\xe9'")
    with pytest.raises(ConfigError, match=r"cannot read settings from .*latin\.toml: 'utf-8'"):
        read_config(tmp_path / "latin.toml")


def test_the_table_names_every_setting_once_and_says_what_it_is():
    names = [setting.name for setting, _ in settings_table()]
    assert names == [each.name for each in fields(Config)]
    for setting, _ in settings_table():
        assert setting.metadata["group"]
        assert replace(Config(), **{setting.name: setting.default}) == Config()
