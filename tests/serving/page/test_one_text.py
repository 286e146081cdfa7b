"""One text in the browser: labels, words, feedback, refusals, the token and the report."""

import json

import pytest

import linnet

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

TOKEN = "a token of sixteen"


def test_a_text_its_labels_and_its_words(visit, address, runs, label):
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


def test_several_labels_of_a_text(visit, address, runs, label):
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


def test_what_the_model_does_not_know(visit, address, runs, label):
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
def test_feedback_is_kept(visit, address, kept, model, label):
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


def test_nothing_typed_leaves_no_earlier_answer(visit, address, label):
    page = visit(address)
    label(page, "goal match")
    expect(page.get_by_text("Is this wrong?")).to_be_visible()
    page.get_by_label("Type or paste a text", exact=True).fill(" ")
    page.get_by_role("button", name="Label it").click()
    expect(page.get_by_text("Is this wrong?")).to_have_count(0)
    expect(page.locator("#status")).to_be_empty()


def test_limits_are_told_with_what_to_do(visit, runs, label, server):
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


def test_a_token_is_asked_for_and_kept_nowhere(visit, runs, label, server):
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


CUT = """() => [...document.querySelectorAll(".box:has(> .metrics)")]
    .map((each) => [each.scrollWidth - each.clientWidth, each.scrollHeight - each.clientHeight])"""


@pytest.mark.parametrize("width", [900, 1280])
def test_the_metrics_of_a_report_are_not_cut(visit, address, width):
    page = visit(address, "/models/sets/report", viewport={"width": width, "height": 900})
    assert page.evaluate(CUT) == [[0, 0]]


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
