"""The web page in a real browser: what a person types, reads, drops and gets back."""

import csv
import io
import json
import shutil
import socket
import threading
from contextlib import contextmanager
from itertools import pairwise

import pytest
from uvicorn import Config, Server

import linnet
from linnet.serving.application import application
from linnet.serving.settings import ServeSettings

pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt-get install chromium")

TOKEN = "a token of sixteen"
PHONE = {"width": 360, "height": 740}
HOSTILE = [
    "<img src=x onerror=alert(1)> bread",
    "\u202e goal \u2066 ball \u202d",
    "&lt;script&gt;alert(1)&lt;/script&gt; 🐦‍🔥👩‍👩‍👧 salt",
    "x" * 100_000,
    ("bread goal drum \u0301\u0301 " * 7000)[:100_000],
    "\n" * 200 + "soup",
]
ODD_LABELS = ["<b onmouseover=alert(1)>=HYPERLINK(1)</b>", "=1+1", "\u202eevil", "y" * 300]


@contextmanager
def server(models, **settings):
    """Serve on a free port until the block ends; yields the address."""
    app = application(models, ServeSettings(**{"reload_seconds": 0, **settings}))
    made = Server(Config(app, log_config=None, ws="none", timeout_graceful_shutdown=1))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            made.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
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
    with server(models, feedback=kept, explained_texts=2) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM)
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
        context.set_default_timeout(10_000)
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


def label(page, text):
    """Type a text, and wait for what stands in the result."""
    page.get_by_label("Type or paste a text", exact=True).fill(text)
    with page.expect_response("**/predict"):
        page.get_by_role("button", name="Label it").click()
    expect(page.locator("#result")).to_have_attribute("aria-busy", "false")
    return page.locator("#result")


def upload(page, content, name="posts.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    page.get_by_label("Choose a CSV file").set_input_files(file)
    return page.get_by_role("region", name="Table")


def downloaded(page):
    """The name and the bytes of the labelled file."""
    with page.expect_download() as found:
        page.get_by_role("button", name="Download").click()
    return found.value.suggested_filename, found.value.path().read_bytes()


def rows_of(content, delimiter=","):
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def fits(page):
    """Whether nothing makes the page wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---- one text


def test_a_text_its_labels_and_its_words(visit, address, runs):
    text = "bread 🐦 salt goal"
    classifier = linnet.load(runs["three"])
    page = visit(address)
    expect(page).to_have_title("three · linnet")
    expect(page.get_by_text("multiclass, 3 labels")).to_be_visible()
    result = label(page, text)
    (name, score), *_ = classifier.top([text], k=3)[0]
    assert result.locator(".decided").inner_text().split("\n") == [name, f"{100 * score:.1f} %"]
    shown = [each.split("\n") for each in result.locator(".bars li").all_inner_texts()]
    expected = [[each, f"{100 * share:.1f} %"] for each, share in classifier.top([text], k=3)[0]]
    assert shown == expected
    widths = [each.evaluate("e => +e.style.getPropertyValue('--share')")
              for each in result.locator(".bar").all()]  # fmt: skip
    assert widths == pytest.approx([share for _, share in classifier.top([text], k=3)[0]], abs=1e-5)
    assert result.locator("blockquote").inner_text() == text
    marks = [(each.inner_text(), each.get_attribute("class"))
             for each in result.locator("blockquote mark").all()]  # fmt: skip
    did = {each.text: each.contribution for each in classifier.explain([text])[0].words}
    assert marks[0] == ("bread", "for" if did["bread"] > 0 else "against")
    assert {word for word, _ in marks} <= {"bread", "salt", "goal", "🐦"}
    assert f"bread {did['bread']:+.2f}".replace("-", "−") in result.locator(".told").inner_text()
    assert page.get_by_role("status").first.inner_text().startswith(f"Labelled: {name}.")


def test_several_labels_of_a_text(visit, address, runs):
    classifier = linnet.load(runs["sets"])
    texts = ["bread salt goal", "song", "match ball drum"]
    page = visit(address, "/models/sets/")
    for text, labels in zip(texts, classifier.predict(texts), strict=True):
        result = label(page, text)
        found = result.locator(".decided .data").all_inner_texts()
        assert sorted(found) == sorted(labels)
        ticked = [each for each in result.locator(".bars li").all_inner_texts() if "✓" in each]
        assert len(ticked) == len(labels)
        assert ("No label" in result.inner_text()) == (not labels)


def test_what_the_model_does_not_know(visit, address, runs):
    text = "zzz qqq wholly other words"
    assert not linnet.load(runs["three"]).in_scope([text])[0]
    result = label(visit(address), text)
    expect(result.get_by_role("heading")).to_have_text("I don’t know")
    expect(result).to_contain_text("not to be relied on")
    assert result.locator(".bars li:not(.other)").count() == 0


def test_another_model_is_chosen(visit, address):
    page = visit(address)
    page.get_by_label("Type or paste a text", exact=True).fill("bread goal")
    page.get_by_label("Model").select_option("sets")
    expect(page.get_by_role("heading", level=1)).to_have_text("sets")
    expect(page.get_by_text("multilabel, 3 labels")).to_be_visible()
    assert page.url == f"{address}/models/sets/"
    page.get_by_role("button", name="Label it").click()
    expect(page.locator(".decided .data").first).to_be_visible()
    assert (
        page.get_by_role("link", name="For programs").evaluate("e => e.href") == f"{address}/docs"
    )
    page.get_by_label("Model").select_option("three")
    expect(page.get_by_role("heading", level=1)).to_have_text("three")
    assert page.url == f"{address}/models/three/"


@pytest.mark.parametrize("model", ["three", "sets"])
def test_feedback_is_kept(visit, address, kept, model):
    page = visit(address, f"/models/{model}/")
    result = label(page, "bread <b>goal</b>")
    result.get_by_text("Is this wrong?").click()
    if model == "three":
        result.get_by_label("Right label").select_option("music")
    else:
        for name in ("food", "music", "sport"):
            result.get_by_label(name).set_checked(name == "music")
    result.get_by_role("button", name="Keep this").click()
    expect(result.get_by_text("Kept. The next training can learn from it.")).to_be_visible()
    last = json.loads((kept / model / "feedback.jsonl").read_text("utf-8").splitlines()[-1])
    expected = "music" if model == "three" else ["music"]
    assert (last["text"], last["label"]) == ("bread <b>goal</b>", expected)


# ---- mistakes, and a server that does not answer


def test_nothing_typed(visit, address):
    page = visit(address)
    page.get_by_role("button", name="Label it").click()
    expect(page.get_by_text("Type or paste a text first.")).to_be_visible()
    expect(page.get_by_label("Type or paste a text", exact=True)).to_be_focused()


def test_limits_are_told_with_what_to_do(visit, runs):
    with server({"two": runs["two"]}, characters_per_text=50, body_bytes=200) as found:
        page = visit(found)
        label(page, "goal " * 20)
        alert = page.locator("#one-error")
        expect(alert).to_contain_text("the text has 100 characters, at most 50 are read: cut it")
        assert alert.get_attribute("role") == "alert"
        label(page, "goal " * 60)
        expect(alert).to_contain_text("more than the server takes at once. Shorten it.")
        label(page, "goal")
        expect(alert).to_be_empty()
        assert page.get_by_text("Is this wrong?").count() == 0, "no feedback is kept here"


REFUSALS = {
    429: "Many are asking just now. Try again in 7 seconds.",
    503: "There was no answer in time. Try again in a moment",
    500: "The server refused this (500).",
    None: "The server does not answer.",
}


def refusing(status):
    """What answers a request with a refusal, without a status not at all."""

    def answer(route):
        body, headers = '{"detail": "<b>it</b>"}', {"Retry-After": "7"}
        route.fulfill(status=status, headers=headers, body=body) if status else route.abort()

    return answer


def test_refusals_are_sentences(visit, address):
    page = visit(address)
    page.get_by_label("Type or paste a text", exact=True).fill("bread")
    for status, message in REFUSALS.items():
        page.route("**/predict", refusing(status))
        page.get_by_role("button", name="Label it").click()
        expect(page.locator("#one-error")).to_contain_text(message)
        assert page.locator("main b").count() == 0
        page.unroute("**/predict")
    page.get_by_role("button", name="Label it").click()
    expect(page.locator(".decided")).to_be_visible()
    expect(page.locator("#one-error")).to_be_empty()


def test_labels_without_words_where_those_take_too_long(visit, address):
    def answer(route):
        slow = route.request.post_data_json.get("explain")
        route.fulfill(status=503, body="{}") if slow else route.continue_()

    page = visit(address)
    page.route("**/predict", answer)
    page.get_by_label("Type or paste a text", exact=True).fill("bread")
    page.get_by_role("button", name="Label it").click()
    expect(page.locator("#result")).to_contain_text("could not be told in time")
    expect(page.locator(".decided")).to_be_visible()


def test_a_server_that_is_gone_and_comes_back(visit, address):
    page = visit(address)
    page.route("**/labels", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert").first).to_contain_text("The server does not answer.")
    page.unroute("**/labels")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Type or paste a text", exact=True)).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()


# ---- the token and the report


def test_a_token_is_asked_for_and_kept_nowhere(visit, runs):
    with server({"two": runs["two"]}, token=TOKEN) as found:
        page = visit(found)
        field = page.get_by_label("Token")
        expect(field).to_be_focused()
        expect(page.get_by_label("Type or paste a text", exact=True)).to_be_hidden()
        for wrong in ("wrong", "päivä 🐦"):
            field.fill(wrong)
            page.keyboard.press("Enter")
            expect(page.get_by_text("The token is missing or wrong.")).to_be_visible()
        field.fill(TOKEN)
        page.keyboard.press("Enter")
        assert label(page, "goal").locator(".decided").is_visible()
        page.get_by_role("button", name="Show it here").click()
        frame = page.frame_locator("#report-frame")
        expect(frame.get_by_role("heading", name="Confusion").first).to_be_visible()
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
            0, 0, "",
        ]  # fmt: skip
        assert TOKEN not in page.url + page.frames[1].url
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Open it alone").click()
        expect(opened.value.get_by_role("heading", name="Confusion").first).to_be_visible()
        page.reload()
        expect(field).to_be_visible()


def test_the_report_is_shown(visit, address):
    page = visit(address)
    expect(page.locator("#report-frame")).to_be_hidden()
    page.get_by_role("link", name="Report").click()
    page.get_by_role("button", name="Show it here").click()
    frame = page.frame_locator("#report-frame")
    expect(frame.locator(".matrix").first).to_be_visible()
    expect(frame.locator(".curves").first).to_be_visible()
    box = frame.locator(".bar rect:not(.rest)").first.evaluate("e => getComputedStyle(e).fill")
    assert box == "rgb(31, 111, 235)", "its style was let through"


# ---- many texts


def test_a_list_of_texts(visit, address, runs):
    texts = ["bread salt", "  ", "match, ball", "@song", "zzz qqq wholly other words"]
    page = visit(address)
    page.get_by_label("Type or paste texts, one per line").fill("\n".join(texts))
    page.get_by_role("button", name="Take these texts").click()
    table = page.get_by_role("region", name="Table")
    expect(table.get_by_role("button", name="Download CSV")).to_be_focused()
    name, content = downloaded(page)
    rows = rows_of(content)
    assert name == "texts-labelled.csv"
    assert [row["text"] for row in rows] == [texts[0], texts[2], "'@song", texts[4]]
    asked = [texts[0], texts[2], texts[3], texts[4]]
    classifier = linnet.load(runs["three"])
    assert [row["predicted"] for row in rows] == classifier.predict(asked)
    assert [row["in_scope"] for row in rows] == ["true", "true", "true", "false"]
    cells = table.locator("tbody tr").nth(3).locator("td").all_inner_texts()
    assert cells[1].startswith("I don’t know (")


CSV = (
    '\ufeffid;"the ""text""";note\r\n'
    '1;"bread; ""salt""\r\nsoup";=1+1\r\n'
    "2;match ball;\r\n"
    "\r\n"
    "3;;odd; one more\r\n"
    '4;"song"'
)


def test_a_csv_file(visit, address, runs):
    page = visit(address)
    table = upload(page, CSV, "posts <b>.csv")
    expect(table.get_by_role("heading")).to_have_text("posts <b>.csv")
    column = table.get_by_label("Column with the texts")
    assert column.locator("option").all_inner_texts() == ["id", 'the "text"', "note", "column 4"]
    assert column.locator("option:checked").inner_text() == 'the "text"', "the longest texts"
    table.get_by_role("button", name="Label 4 texts").click()
    name, content = downloaded(page)
    assert name == "posts _b_-labelled.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = rows_of(content, ";")
    texts = ['bread; "salt"\r\nsoup', "match ball", "", "song"]
    assert [row['the "text"'] for row in rows] == texts
    assert [(row["id"], row["note"]) for row in rows] == [
        ("1", "=1+1"), ("2", ""), ("3", "odd"), ("4", ""),
    ]  # fmt: skip
    classifier = linnet.load(runs["three"])
    assert [row["predicted"] for row in rows] == classifier.predict(texts)
    scores = classifier.predict_proba(texts).max(axis=1)
    assert [float(row["score"]) for row in rows] == pytest.approx(scores.tolist(), abs=1e-5)
    column.select_option("note")
    expect(table.get_by_role("button", name="Label 4 texts")).to_be_visible()
    expect(table.get_by_role("button", name="Download")).to_be_hidden()


def test_labels_that_would_be_formulas(visit, address, odd):
    page = visit(address, "/models/odd/")
    texts = ["bread", "goal", "drum", "salt"]
    upload(page, "predicted,text\n" + "\n".join(f"=1,{each}" for each in texts))
    page.get_by_role("button", name="Label 4 texts").click()
    expect(page.get_by_role("region", name="The first rows")).to_contain_text("=HYPERLINK(1)")
    rows = rows_of(downloaded(page)[1])
    expected = linnet.load(odd).predict(texts)
    assert sorted(expected) == sorted(ODD_LABELS)
    safe = [f"'{each}" if each == "=1+1" else each for each in expected]
    assert [row["linnet_predicted"] for row in rows] == safe
    assert [row["predicted"] for row in rows] == ["=1"] * 4, "what was there stays as it was"
    assert fits(page)


def test_several_labels_in_a_csv(visit, address, runs):
    page = visit(address, "/models/sets/")
    texts = ["bread salt goal", "song"]
    upload(page, "text\n" + "\n".join(texts))
    page.get_by_role("button", name="Label 2 texts").click()
    found = [json.loads(row["predicted"]) for row in rows_of(downloaded(page)[1])]
    assert found == linnet.load(runs["sets"]).predict(texts)


def test_one_bad_row_spoils_no_other(visit, runs):
    texts = [f"bread n{row}" for row in range(20)]
    texts[7], texts[13] = "a\0b", "x" * 600
    with server({"two": runs["two"]}, texts_per_request=8, characters_per_text=500) as found:
        page = visit(found)
        upload(page, "text\n" + "\n".join(texts))
        page.get_by_role("button", name="Label 20 texts").click()
        expect(page.get_by_text("Refused by the server: 2 texts.")).to_be_visible()
        rows = rows_of(downloaded(page)[1])
    assert [row["text"] for row in rows] == texts
    wrong = {place: row["note"] for place, row in enumerate(rows) if row["note"]}
    assert wrong.keys() == {7, 13}
    assert "holds a NUL character" in wrong[7]
    assert "has 600 characters, at most 500" in wrong[13]
    assert all(bool(row["predicted"]) != bool(row["note"]) for row in rows)


def test_parts_are_bounded_wait_where_told_and_can_be_stopped(visit, address, runs):
    """Of 500 texts the second part must wait once; the third is stopped, and gone on with."""
    page = visit(address)
    asked = []

    def answer(route):
        asked.append(len(route.request.post_data_json["texts"]))
        if len(asked) == 2:
            route.fulfill(status=429, headers={"Retry-After": "0"}, body="{}")
        elif len(asked) == 4:
            stopped.append(route)
        else:
            route.continue_()

    stopped = []
    texts = [f"bread n{row}" if row % 3 else f"goal n{row}" for row in range(500)]
    page.route("**/predict", answer)
    upload(page, "text\n" + "\n".join(texts))
    page.get_by_role("button", name="Label 500 texts").click()
    expect(page.get_by_text("400 of 500")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    rows = rows_of(downloaded(page)[1])
    assert [bool(row["predicted"]) for row in rows] == [True] * 400 + [False] * 100
    assert asked == [200, 200, 200, 100]
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Download CSV", exact=True)).to_be_visible()
    rows = rows_of(downloaded(page)[1])
    assert [row["predicted"] for row in rows] == linnet.load(runs["three"]).predict(texts)
    expect(page.get_by_text("The first 100 rows; the download has all.")).to_be_visible()
    assert page.locator("tbody tr").count() == 100


def test_a_server_that_goes_away_loses_nothing(visit, address):
    page = visit(address)
    page.route("**/predict", lambda route: route.abort())
    upload(page, "text\nbread\ngoal")
    page.get_by_role("button", name="Label 2 texts").click()
    expect(page.locator("#many-error")).to_contain_text("The server does not answer.")
    page.unroute("**/predict")
    page.get_by_role("button", name="Label 2 texts").click()
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()
    expect(page.locator("#many-error")).to_be_empty()


NO_TABLES = {
    b"": "There are no rows below the first line",
    b"text\n": "There are no rows below the first line",
    b'text\nbread\n"goal\n': "The quotation mark in line 3 is never closed.",
    "text\nbread".encode("utf-16"): "This is no CSV in UTF-8",
}


def test_files_that_are_no_tables(visit, address):
    page = visit(address)
    for content, message in NO_TABLES.items():
        upload(page, content)
        expect(page.locator("#many-error")).to_contain_text(message)
        expect(page.get_by_role("region", name="Table")).to_be_hidden()


def test_a_dropped_file_in_an_old_encoding(visit, address):
    page = visit(address)
    transfer = page.evaluate_handle(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "old.tsv"));
            return transfer;
        }""",
        list("id\ttext\n1\tpäivä bread\n".encode("windows-1252")),
    )
    for event in ("dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": transfer})
    table = page.get_by_role("region", name="Table")
    expect(table.get_by_role("heading")).to_have_text("old.tsv")
    expect(table.locator("tbody")).to_contain_text("päivä bread")
    table.get_by_role("button", name="Label 1 text", exact=True).click()
    name, content = downloaded(page)
    assert name == "old-labelled.tsv"
    assert rows_of(content, "\t")[0]["text"] == "päivä bread"


# ---- whoever looks, however, at whatever


def test_hostile_texts_and_labels(visit, address):
    page = visit(address, "/models/odd/", viewport=PHONE)
    for text in HOSTILE:
        result = label(page, text)
        assert result.locator("blockquote").evaluate("e => e.textContent") == text
        assert page.locator("main img, main script, main b b").count() == 0
        assert fits(page)
        assert result.evaluate("e => e.offsetHeight") < 2000
    page.get_by_label("Type or paste texts, one per line").fill("\n".join(HOSTILE[:5]))
    page.get_by_role("button", name="Take these texts").click()
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()
    assert fits(page)
    assert page.locator("#preview").evaluate("e => e.scrollWidth < 2000")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_width_needs_sideways_scrolling(visit, address, width):
    page = visit(address, viewport={"width": width, "height": 740})
    expect(page.get_by_label("Type or paste a text", exact=True)).to_be_visible()
    assert fits(page)
    label(page, "bread salt goal").get_by_text("Is this wrong?").click()
    upload(page, CSV)
    page.get_by_role("button", name="Label 4 texts").click()
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()
    page.get_by_role("button", name="Show it here").click()
    assert fits(page)


CONTRASTS = """() => {
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
        .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
        .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = numbers(getComputedStyle(at).backgroundColor);
            if (color.length === 3 || color[3] === 1) return color;
        }
    };
    const found = [];
    for (const each of document.querySelectorAll("body *")) {
        const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !each.checkVisibility() || each.closest("mark, .unseen")) continue;
        const pair = [numbers(getComputedStyle(each).color), behind(each)].map(light);
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        found.push([ratio, each.tagName, each.textContent.slice(0, 40)]);
    }
    return found;
}"""


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_colours(visit, address, scheme, dark):
    """All writing has the contrast that WCAG 2.2 AA asks for, 4.5, in both schemes."""
    page = visit(address, color_scheme=scheme)
    label(page, "bread salt goal").get_by_text("Is this wrong?").click()
    page.get_by_role("button", name="Take these texts").click()
    upload(page, CSV)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 20
    assert [each for each in found if each[0] < 4.5] == []
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(int(each) for each in paper[4:-1].split(",")) < 64) == dark


def test_by_keyboard_alone(visit, address):
    """Tab reaches everything in the order of the page, and where one is can be seen."""
    page = visit(address)
    expect(page.get_by_label("Type or paste a text", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Type or paste a text", exact=True)).to_be_focused()
    page.keyboard.type("bread salt")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decided")).to_be_visible()
    places = []
    for _ in range(8):
        page.keyboard.press("Tab")
        here, outline = page.evaluate(
            """() => {
                const at = document.activeElement;
                const seen = at.id === "file" ? document.getElementById("drop") : at;
                return [at.id || at.tagName, getComputedStyle(seen).outlineStyle];
            }"""
        )
        assert outline != "none", here
        places.append(here)
    assert places == [
        "ask", "BLOCKQUOTE", "SUMMARY", "list", "BUTTON", "file", "BUTTON", "BUTTON",
    ]  # fmt: skip


NAMELESS = """() => [...document.querySelectorAll(
        "input:not([type=hidden]), textarea, select, button, a, iframe, [tabindex='0']")]
    .filter((each) => !(each.labels?.length || each.ariaLabel || each.title))
    .filter((each) => !["BUTTON", "A"].includes(each.tagName) || !each.textContent.trim())
    .map((each) => each.outerHTML)"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3")]
    .filter((each) => each.checkVisibility()).map((each) => Number(each.tagName[1]))"""


def test_everything_has_a_name_for_who_cannot_see_it(visit, address):
    page = visit(address)
    label(page, "bread salt").get_by_text("Is this wrong?").click()
    upload(page, CSV)
    assert page.evaluate(NAMELESS) == []
    assert page.locator("main").count() == page.locator("h1").count() == 1
    levels = page.evaluate(HEADINGS)
    assert len(levels) > 4
    assert all(after <= before + 1 for before, after in pairwise(levels))
