"""The API asked at random, by its own description: no defect, and answers as described."""

from collections import Counter

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


TOKEN = "a token of sixteen"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def served(runs, tmp_path_factory):
    """An application of two models, small enough to come near its limits."""

    def make(token=None):
        chosen = ServeSettings(
            feedback=tmp_path_factory.mktemp("kept"), reload_seconds=0, texts_per_request=5,
            characters_per_text=50, explained_texts=2, token=token,
        )  # fmt: skip
        return application({name: runs[name] for name in ("three", "sets")}, chosen)

    return make


@pytest.fixture(scope="module")
def schema(served):
    """What the application says of itself."""
    return schemathesis.openapi.from_asgi("/openapi.json", served())


class Counted:
    """An application, and how often it answered with each status."""

    def __init__(self, app):
        self.app, self.statuses = app, Counter()

    async def __call__(self, scope, receive, send):
        async def counted(message):
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
            await send(message)

        await self.app(scope, receive, counted)


def ask_at_random(operation, *, mode, examples, headers=None):
    @settings(
        max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(headers=headers)

    ask()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("model", "verb"), OPERATIONS)
def test_questions(schema, model, verb, mode):
    ask_at_random(schema[f"/models/{model}/{verb}"]["POST"], mode=mode, examples=8)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thousands_of_questions_and_no_defect(served):
    app = Counted(served(TOKEN))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    for mode in MODES:
        for path in schema:
            for method in schema[path]:
                operation = schema[path][method]
                if mode is GenerationMode.POSITIVE or operation.body:
                    ask_at_random(operation, mode=mode, examples=300, headers=AUTHORIZED)
    print(f"{app.statuses.total():,} requests: {dict(sorted(app.statuses.items()))}")
    assert app.statuses.total() >= 3000
    assert max(app.statuses) < 500
    assert {200, 201, 400, 401, 422} <= app.statuses.keys(), "else too little was asked"
