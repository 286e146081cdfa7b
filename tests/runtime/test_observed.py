"""What a server watches is what the classifier says."""

import os

import numpy as np
import pytest

from linnet.errors import ArtifactError, DataError
from linnet.runtime.observed import observe, warm_up
from linnet.runtime.verify import load_verified, model_identity

TEXTS = ["", "the dog sleeps; the zebra sings!", "pieni lintu 猫", "qwz xyz", "bird " * 300]


def test_scores_and_scope_are_those_of_the_classifier(classifier):
    warm_up(classifier)
    observed = observe(classifier, TEXTS)
    assert observed.scores == pytest.approx(classifier.predict_proba(TEXTS), abs=1e-6)
    assert observed.in_scope.tolist() == classifier.in_scope(TEXTS).tolist()


def test_words_are_counted(of_each_input):
    observed = observe(of_each_input, TEXTS)
    assert observed.num_tokens.tolist() == [0, 8, 3, 2, 300]
    assert observed.num_unknown.tolist() == [0, 1, 1, 2, 0]


def test_scope_of_the_training_is_used(of_each_input):
    from linnet.text.scope import Scope

    strict = Scope(1.0, 1.0, 0.1, most_mean=0.0, most_deviation=-10.0)
    of_each_input.manifest["scope"] = strict.to_json()
    try:
        assert not observe(of_each_input, TEXTS).in_scope.any()
    finally:
        del of_each_input.manifest["scope"]


def test_no_text_and_no_list(of_each_input):
    observed = observe(of_each_input, [])
    assert observed.scores.shape == (0, len(of_each_input.labels))
    assert [len(each) for each in (observed.num_tokens, observed.num_unknown)] == [0, 0]
    with pytest.raises(DataError, match="must be a list of strings"):
        observe(of_each_input, "text")


def test_identity_is_the_files_not_the_path(of_each_input, tmp_path):
    folder = of_each_input.path
    real, digest = model_identity(folder)
    assert model_identity(folder.parent) == (real, digest)
    link = tmp_path / "link"
    link.symlink_to(folder.parent)
    assert model_identity(link) == (folder.resolve(), digest)
    assert model_identity(tmp_path) is None
    loop = tmp_path / "loop"
    os.symlink(loop, loop)
    assert model_identity(loop) is None


def test_only_a_verified_model_is_loaded(of_each_input, tmp_path):
    loaded = load_verified(of_each_input.path.parent, threads=1)
    assert np.array_equal(loaded.predict_proba([""]), of_each_input.predict_proba([""]))
    assert loaded.threads == 1
    with pytest.raises(ArtifactError, match="holds no saved model"):
        load_verified(tmp_path)
