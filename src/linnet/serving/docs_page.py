"""The description as a page for people: no script, and nothing from another server."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 0; display: inline; }
section { border: 1px solid #8888; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { background: #8882; padding: .5rem .75rem; border-radius: .25rem; white-space: pre-wrap; }
table { border-collapse: collapse; } td { padding: .1rem .75rem .1rem 0; vertical-align: top; }
td code { white-space: nowrap; }
summary { cursor: pointer; }
"""


def docs_page(described: dict[str, Any]) -> str:
    """Return the page of an OpenAPI description.

    Args:
        described: What `description` returns.
    """
    sections = "\n".join(
        _section(path, method, operation)
        for path, item in described["paths"].items()
        for method, operation in item.items()
    )
    info = described["info"]
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(info["title"])}: what can be asked</title>
<style>{STYLE}</style>
<main>
<h1>{escape(info["title"])} {escape(info["version"])}</h1>
<p>{escape(info["description"])} For programs: <a href="openapi.json">openapi.json</a>.</p>
{sections}
</main>
</html>
"""


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    """Return one path: what to send, what comes back."""
    rows = "".join(
        f"<tr><td>{escape(status)}<td>{escape(response['description'])}</tr>"
        for status, response in operation["responses"].items()
    )
    return f"""<section>
<h2><code>{method.upper()} {escape(path)}</code></h2> {escape(operation["summary"])}
{_body(path, operation)}
<details><summary>Answers</summary><table>{rows}</table>{_answer(operation)}</details>
</section>"""


def _answer(operation: dict[str, Any]) -> str:
    """Return what a good answer looks like, if it is JSON."""
    status = min(operation["responses"])
    content = operation["responses"][status]["content"]
    if "application/json" not in content:
        return ""
    shape = _shape(content["application/json"]["schema"])
    return f"<pre>{escape(json.dumps(shape, indent=2, ensure_ascii=False))}</pre>"


def _shape(schema: dict[str, Any]) -> Any:
    """Return a value with the members of a schema, and types instead of values."""
    if "properties" in schema:
        return {name: _shape(member) for name, member in schema["properties"].items()}
    if "items" in schema and schema["type"] == "array":
        return [_shape(schema["items"])]
    kinds = [each.get("type", "") for each in schema.get("anyOf", [])] or schema.get("type", "")
    named = " or ".join(kinds) if isinstance(kinds, list) else kinds
    return schema.get("const", named or " or ".join(schema.get("enum", [])))


def _body(path: str, operation: dict[str, Any]) -> str:
    """Return what to send, with an example for the command line."""
    token = " -H 'Authorization: Bearer TOKEN'" if "security" in operation else ""
    if "requestBody" not in operation:
        return f"<pre>curl{token} SERVER{escape(path)}</pre>"
    content = operation["requestBody"]["content"]["application/json"]
    example = json.dumps(content["example"], ensure_ascii=False)
    sent = example.replace("'", "'\\''")
    said = f"curl{token} -H 'Content-Type: application/json' -d '{sent}' SERVER{path}"
    rows = "".join(_members(content["schema"]))
    return f"<pre>{escape(said)}</pre><table>{rows}</table>"


def _members(schema: dict[str, Any]) -> Iterator[str]:
    for name, member in schema["properties"].items():
        needed = "" if name in schema["required"] else ", optional"
        limits = "".join(
            f", {word} {member[key]:,}" for key, word in LIMITS.items() if key in member
        )
        default = f", else {json.dumps(member['default'])}" if "default" in member else ""
        kind = f"{member.get('type', '')}{needed}{limits}{default}"
        about = escape(member.get("description", ""))
        yield f"<tr><td><code>{escape(name)}</code><td>{escape(kind)}<td>{about}</tr>"


LIMITS = {
    "minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most",
    "maxItems": "items at most", "maxLength": "characters at most",
}  # fmt: skip
