"""The API asked at random, by its own description: no defect, and answers as described."""

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from schemathesis.generation import GenerationMode  # noqa: E402

from linnet.serving.application import application  # noqa: E402
from linnet.serving.settings import ServeSettings  # noqa: E402

OPERATIONS = [
    ("three", "predict"),
    ("sets", "predict"),
    ("three", "feedback"),
    ("sets", "feedback"),
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.fixture(scope="module")
def schema(runs, tmp_path_factory):
    """The description of a server of two models, small enough to come near its limits."""
    chosen = ServeSettings(
        feedback=tmp_path_factory.mktemp("kept"), reload_seconds=0, texts_per_request=5,
        characters_per_text=50, explained_texts=2,
    )  # fmt: skip
    app = application({name: runs[name] for name in ("three", "sets")}, chosen)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def ask_at_random(operation, *, mode, examples):
    @settings(
        max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate()

    ask()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("model", "verb"), OPERATIONS)
def test_questions(schema, model, verb, mode):
    ask_at_random(schema[f"/models/{model}/{verb}"]["POST"], mode=mode, examples=8)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_everything_at_length(schema, mode):
    for path in schema:
        for method in schema[path]:
            operation = schema[path][method]
            if mode is GenerationMode.POSITIVE or operation.body:
                ask_at_random(operation, mode=mode, examples=200)
