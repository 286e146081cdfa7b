"""What the server takes and answers, as OpenAPI 3.1: the limits stand in it, and the labels."""

from collections.abc import Sequence
from typing import Any

from linnet.serving.hosted import Hosted
from linnet.serving.problem import MEDIA_TYPE
from linnet.serving.question import DEFAULT_LABELS, MOST_LABELS
from linnet.serving.settings import ServeSettings
from linnet.version import VERSION

Schema = dict[str, Any]

MOST_LISTED = 1000
"""Labels of a model beyond which the description does not list them."""
NO_NUL = "^[^\\u0000]*$"
NOT_BLANK = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"

PROBLEMS = {
    400: "The body is not JSON, or not UTF-8.",
    401: "The token is missing or wrong.",
    404: "Feedback is not kept here.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is not said to be JSON.",
    422: "The body is JSON, but not what is expected; the detail says what is.",
    429: "Too many texts wait; Retry-After says for how many seconds to wait.",
    503: "There was no answer in time; Retry-After says for how many seconds to wait.",
}
OF_BODIES = (400, 408, 413, 415, 422, 503)


def description(hosted: Sequence[Hosted], settings: ServeSettings) -> Schema:
    """Describe the server as it is now: another model may have other labels.

    Args:
        hosted: The models, the first of which answers paths without a name.
        settings: Its limits, and whether a token is asked for.
    """
    paths: Schema = {}
    for number, each in enumerate(hosted):
        own = _of_model(each, settings)
        paths |= (
            {path: _renamed(path, item, "") for path, item in own.items()} if not number else {}
        )
        paths |= {
            f"/models/{each.name}{path}": _renamed(path, item, each.name)
            for path, item in own.items()
        }
    paths |= _of_server()
    if settings.token is None:
        for item in paths.values():
            for operation in item.values():
                operation.pop("security", None)
                operation["responses"].pop("401", None)
    about = "Labels for texts. Errors are problems in the sense of RFC 9457."
    return {
        "openapi": "3.1.0",
        "info": {"title": "linnet", "version": VERSION, "description": about},
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            **({"securitySchemes": BEARER} if settings.token is not None else {}),
        },
    }


def _of_model(hosted: Hosted, settings: ServeSettings) -> dict[str, Schema]:
    """Describe the paths of one model."""
    classifier = hosted.current.classifier
    several = classifier.task == "multilabel"
    labels: Schema = {"type": "string"}
    if len(classifier.labels) <= MOST_LISTED:
        labels["enum"] = list(classifier.labels)
    found: dict[str, Schema] = {
        "/predict": {"post": _operation(
            "The labels of texts", _answers(labels, several=several), problems=(*OF_BODIES, 429),
            body=_question(settings), example={"texts": ["a text", "another"], "k": 2},
        )},
        "/labels": {"get": _operation("What the model knows", LABELS)},
    }  # fmt: skip
    if settings.feedback:
        row = _row(labels, several=several, most=settings.characters_per_text)
        right: Any = list(classifier.labels[:1]) if several else classifier.labels[0]
        found["/feedback"] = {"post": _operation(
            "Keep a text with its right label", _object(kept={"const": 1}), problems=OF_BODIES,
            body=row, status=201,
            example={"text": "a text", "labels" if several else "label": right},
        )}  # fmt: skip
    return found


def _renamed(path: str, item: Schema, name: str) -> Schema:
    """Give each operation an id of its own."""
    begin = path.strip("/")
    return {
        method: {**operation, "operationId": f"{begin}_{name}" if name else begin,
                 "responses": dict(operation["responses"])}
        for method, operation in item.items()
    }  # fmt: skip


def _of_server() -> dict[str, Schema]:
    """Describe the paths that are about no model."""
    text: Schema = {"type": "string"}
    ready = _object(status={"const": "ready"}, models={"type": "object"})
    found = {
        "/models": _operation("All models", _object(models={"type": "array", "items": MODEL})),
        "/metrics": _operation("Numbers for Prometheus", text, media_type="text/plain"),
        "/health": _operation("Whether the process lives", _object(status={"const": "alive"})),
        "/ready": _operation("Whether questions may be sent", ready),
    }
    for path in ("/health", "/ready"):
        found[path].pop("security")
        found[path]["responses"].pop("401")
    return {
        path: {"get": {**operation, "operationId": path.strip("/")}}
        for path, operation in found.items()
    }


def _operation(
    summary: str,
    answer: Schema,
    *,
    problems: Sequence[int] = (),
    media_type: str = "application/json",
    **more: Any,
) -> Schema:
    """Describe one thing to ask."""
    responses: Schema = {
        str(more.get("status", 200)): {
            "description": "The answer.", "content": {media_type: {"schema": answer}}
        }
    }  # fmt: skip
    told = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status in sorted({401, *problems}):
        responses[str(status)] = {"description": PROBLEMS[status], **told}
    found: Schema = {"summary": summary, "security": [{"token": []}], "responses": responses}
    if "body" in more:
        content = {"schema": more["body"], "example": more["example"]}
        found["requestBody"] = {"required": True, "content": {"application/json": content}}
    return found


def _object(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": list(members),
            "additionalProperties": False}  # fmt: skip


def _text(most: int) -> Schema:
    return {"type": "string", "maxLength": most, "pattern": NO_NUL}


def _question(settings: ServeSettings) -> Schema:
    most = settings.texts_per_request
    few = f"Whether to tell which words did it, for {settings.explained_texts} texts at most."
    question = _object(
        texts={"type": "array", "items": _text(settings.characters_per_text), "minItems": 1,
               "maxItems": most, "description": "What to label."},
        k={"type": "integer", "minimum": 1, "maximum": MOST_LABELS, "default": DEFAULT_LABELS,
           "description": "How many labels with their scores to tell, the highest first."},
        threshold={"type": "number", "exclusiveMinimum": 0, "maximum": 1,
                   "description": "Labels that score less are not given."},
        explain={"type": "boolean", "default": False, "description": few},
    )  # fmt: skip
    question["required"] = ["texts"]
    question["if"] = {"properties": {"explain": {"const": True}}, "required": ["explain"]}
    question["then"] = {"properties": {"texts": {"maxItems": settings.explained_texts}}}
    return question


def _row(labels: Schema, *, several: bool, most: int) -> Schema:
    text = {**_text(most), "pattern": NOT_BLANK}
    if several:
        return _object(text=text, labels={"type": "array", "items": labels, "uniqueItems": True})
    return _object(text=text, label=labels)


def _answers(labels: Schema, *, several: bool) -> Schema:
    score = {"type": "number", "minimum": 0, "maximum": 1}
    scores = {"type": "array", "items": _object(label=labels, score=score)}
    decided = (
        {"type": "array", "items": labels} if several else {"anyOf": [labels, {"type": "null"}]}
    )
    one = _object(**{"labels" if several else "label": decided}, scores=scores,
                  in_scope={"type": "boolean"})  # fmt: skip
    one["properties"] = {**one["properties"], "why": WHY}
    return _object(model={"type": "string"}, version={"type": "string"},
                   answers={"type": "array", "items": one})  # fmt: skip


WORD = _object(
    text={"type": "string"}, start={"type": "integer"}, end={"type": "integer"},
    contribution={"type": "number"},
)  # fmt: skip
WHY = _object(
    label={"type": "string"}, method={"enum": ["exact", "occlusion"]}, base={"type": "number"},
    words_together={"type": "integer"}, words={"type": "array", "items": WORD},
)  # fmt: skip
LABELS = _object(
    model={"type": "string"}, version={"type": "string"},
    task={"enum": ["binary", "multiclass", "multilabel"]},
    labels={"type": "array", "items": {"type": "string"}},
    thresholds={"type": ["array", "null"], "items": {"type": "number"}},
)  # fmt: skip
MODEL = _object(
    model={"type": "string"}, version={"type": "string"},
    task={"enum": ["binary", "multiclass", "multilabel"]}, num_labels={"type": "integer"},
    refused={"type": ["string", "null"]},
)  # fmt: skip
PROBLEM = _object(title={"type": "string"}, status={"type": "integer"}, detail={"type": "string"})
BEARER = {"token": {"type": "http", "scheme": "bearer"}}
