"""The page for whoever looks, however: hostile texts, narrow windows, keyboard, colours, names."""

from itertools import pairwise

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

PHONE = {"width": 360, "height": 740}
HOSTILE = [
    "<img src=x onerror=alert(1)> bread",
    "\u202e goal \u2066 ball \u202d",
    "&lt;script&gt;alert(1)&lt;/script&gt; 🐦‍🔥👩‍👩‍👧 salt",
    "x" * 100_000,
    ("bread goal drum \u0301\u0301 " * 7000)[:100_000],
    "\n" * 200 + "soup",
]


def test_hostile_texts_and_labels(visit, address, label, fits):
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
def test_no_width_needs_sideways_scrolling(visit, address, width, label, upload, fits):
    page = visit(address, viewport={"width": width, "height": 740})
    expect(page.get_by_label("Type or paste a text", exact=True)).to_be_visible()
    assert fits(page)
    label(page, "bread salt goal").get_by_text("Is this wrong?").click()
    upload(page, "id,text\n1,bread")
    page.get_by_role("button", name="Label 1 text").click()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours(visit, address, scheme, label, upload):
    """All writing has the contrast that WCAG 2.2 AA asks for, 4.5, in both schemes."""
    page = visit(address, color_scheme=scheme)
    label(page, "bread salt goal").get_by_text("Is this wrong?").click()
    page.get_by_role("button", name="Take these texts").click()
    upload(page, "id,text\n1,bread")
    found = page.evaluate(CONTRASTS)
    assert len(found) > 20
    assert [each for each in found if each[0] < 4.5] == []
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(int(each) for each in paper[4:-1].split(",")) < 64) == (scheme == "dark")


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


def test_everything_has_a_name_for_who_cannot_see_it(visit, address, label, upload):
    page = visit(address)
    label(page, "bread salt").get_by_text("Is this wrong?").click()
    upload(page, "id,text\n1,bread")
    assert page.evaluate(NAMELESS) == []
    assert page.locator("main").count() == page.locator("h1").count() == 1
    levels = page.evaluate(HEADINGS)
    assert len(levels) > 4
    assert all(after <= before + 1 for before, after in pairwise(levels))
