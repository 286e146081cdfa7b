"""A browser, servers to look at with it, and what a person does with their page."""

import csv
import io
import shutil
import socket
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from uvicorn import Config, Server

import linnet
from linnet.serving.application import application
from linnet.serving.settings import ServeSettings

ODD_LABELS = ["<b onmouseover=alert(1)>=HYPERLINK(1)</b>", "=1+1", "\u202eevil", "y" * 300]


@contextmanager
def served(models, **settings):
    app = application(models, ServeSettings(**{"reload_seconds": 0, **settings}))
    # Python's own loop: older uvicorns make uvloop that of the whole process, and through it the
    # browser is forked, of which JAX warns.
    plain = {"loop": "asyncio", "ws": "none", "log_config": None}
    made = Server(Config(app, **plain, timeout_graceful_shutdown=1))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            made.should_exit = True
            thread.join(20)


@pytest.fixture(scope="session")
def server():
    """Serve on a free port until the block ends; yields the address."""
    return served


@pytest.fixture(scope="session")
def odd(tmp_path_factory):
    """A run whose labels are made to do harm."""
    folder = tmp_path_factory.mktemp("odd") / "odd"
    words = ["bread", "goal", "drum", "salt"]
    table = {
        "text": [f"{words[row % 4]} n{row}" for row in range(80)],
        "label": [ODD_LABELS[row % 4] for row in range(80)],
    }
    linnet.train(table, model="linear", epochs=5, out=str(folder))
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def address(runs, odd, kept):
    models = {"three": runs["three"], "sets": runs["sets"], "odd": odd}
    with served(models, feedback=kept, explained_texts=2) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no chromium: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium)
        yield made
        made.close()


@pytest.fixture
def visit(browser):
    """Open a page; in the end nothing may have been asked elsewhere, or have gone wrong."""
    contexts, asked, wrong = [], [], []

    def hears(message):
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            wrong.append(message.text)

    def pops_up(dialog):
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def go(address, path="/", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append((address, request.url)))
        page.on("console", hears)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", pops_up)
        page.goto(address + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert asked
    here = ("data:", "blob:")
    elsewhere = [url for at, url in asked if not url.startswith((f"{at}/", *here))]
    assert elsewhere == []
    assert wrong == []


@pytest.fixture(scope="session")
def label():
    """Type a text, and wait for what stands in the result."""

    def does(page, text):
        from playwright.sync_api import expect

        page.get_by_label("Type or paste a text", exact=True).fill(text)
        with page.expect_response("**/predict"):
            page.get_by_role("button", name="Label it").click()
        expect(page.locator("#result")).to_have_attribute("aria-busy", "false")
        return page.locator("#result")

    return does


@pytest.fixture(scope="session")
def upload():
    """Choose a file; returns the table that it becomes."""

    def does(page, content, name="posts.csv"):
        data = content if isinstance(content, bytes) else content.encode()
        file = {"name": name, "mimeType": "text/csv", "buffer": data}
        page.get_by_label("Choose a CSV file").set_input_files(file)
        return page.get_by_role("region", name="Table")

    return does


@pytest.fixture(scope="session")
def downloaded():
    """Download the labelled file; returns its name, its bytes and its rows."""

    def does(page, delimiter=","):
        with page.expect_download() as found:
            page.get_by_role("button", name="Download").click()
        content = found.value.path().read_bytes()
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        rows = list(csv.DictReader(text, delimiter=delimiter))
        return SimpleNamespace(name=found.value.suggested_filename, content=content, rows=rows)

    return does


@pytest.fixture(scope="session")
def fits():
    """Whether nothing makes the page wider than the window."""

    def does(page):
        return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    return does
