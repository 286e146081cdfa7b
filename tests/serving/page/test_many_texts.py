"""Lists and CSV files in the browser: what is asked, what is shown, what is downloaded."""

import json

import pytest

import linnet

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def test_a_list_of_texts(visit, address, runs, downloaded):
    texts = ["bread salt", "  ", "match, ball", "@song", "zzz qqq wholly other words"]
    page = visit(address)
    page.get_by_label("Type or paste texts, one per line").fill("\n".join(texts))
    page.get_by_role("button", name="Take these texts").click()
    table = page.get_by_role("region", name="Table")
    expect(table.get_by_role("button", name="Download CSV")).to_be_focused()
    found = downloaded(page)
    rows = found.rows
    assert found.name == "texts-labelled.csv"
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


def test_a_csv_file(visit, address, runs, upload, downloaded):
    page = visit(address)
    table = upload(page, CSV, "posts <b>.csv")
    expect(table.get_by_role("heading")).to_have_text("posts <b>.csv")
    column = table.get_by_label("Column with the texts")
    assert column.locator("option").all_inner_texts() == ["id", 'the "text"', "note", "column 4"]
    assert column.locator("option:checked").inner_text() == 'the "text"', "the longest texts"
    table.get_by_role("button", name="Label 4 texts").click()
    found = downloaded(page, ";")
    assert found.name == "posts _b_-labelled.csv"
    assert found.content.startswith(b"\xef\xbb\xbf")
    rows = found.rows
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


@pytest.mark.parametrize("head", ["text", '"a, or b"'])
def test_one_column_has_commas(visit, address, runs, upload, downloaded, head):
    page, texts = visit(address), ["bread, salt; soup", "match", 'a, "ball"']
    table = upload(page, "\n".join([head, *texts]))
    table.get_by_role("button", name="Label 3 texts").click()
    rows = downloaded(page).rows
    assert [row[head.strip('"')] for row in rows] == texts
    assert [row["predicted"] for row in rows] == linnet.load(runs["three"]).predict(texts)


def test_labels_that_would_be_formulas(visit, address, odd, upload, downloaded, fits):
    page = visit(address, "/models/odd/")
    texts = ["bread", "goal", "drum", "salt"]
    upload(page, "predicted,text\n" + "\n".join(f"=1,{each}" for each in texts))
    page.get_by_role("button", name="Label 4 texts").click()
    expect(page.get_by_role("region", name="The first rows")).to_contain_text("=HYPERLINK(1)")
    rows = downloaded(page).rows
    expected = linnet.load(odd).predict(texts)
    assert sorted(expected) == sorted(linnet.load(odd).labels)
    safe = [f"'{each}" if each == "=1+1" else each for each in expected]
    assert [row["linnet_predicted"] for row in rows] == safe
    assert [row["predicted"] for row in rows] == ["=1"] * 4, "what was there stays as it was"
    assert fits(page)


def test_several_labels_in_a_csv(visit, address, runs, upload, downloaded):
    page = visit(address, "/models/sets/")
    texts = ["bread salt goal", "song"]
    upload(page, "text\n" + "\n".join(texts))
    page.get_by_role("button", name="Label 2 texts").click()
    found = [json.loads(row["predicted"]) for row in downloaded(page).rows]
    assert found == linnet.load(runs["sets"]).predict(texts)


def test_one_bad_row_spoils_no_other(visit, runs, upload, downloaded, server):
    texts = [f"bread n{row}" for row in range(20)]
    texts[7], texts[13] = "a\0b", "x" * 600
    with server({"two": runs["two"]}, texts_per_request=8, characters_per_text=500) as found:
        page = visit(found)
        upload(page, "text\n" + "\n".join(texts))
        page.get_by_role("button", name="Label 20 texts").click()
        expect(page.get_by_text("Refused by the server: 2 texts.")).to_be_visible()
        rows = downloaded(page).rows
    assert [row["text"] for row in rows] == texts
    wrong = {place: row["note"] for place, row in enumerate(rows) if row["note"]}
    assert wrong.keys() == {7, 13}
    assert "holds a NUL character" in wrong[7]
    assert "has 600 characters, at most 500" in wrong[13]
    assert all(bool(row["predicted"]) != bool(row["note"]) for row in rows)


def test_parts_are_bounded_wait_where_told_and_can_be_stopped(
    visit, address, runs, upload, downloaded
):
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
    rows = downloaded(page).rows
    assert [bool(row["predicted"]) for row in rows] == [True] * 400 + [False] * 100
    assert asked == [200, 200, 200, 100]
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Download CSV", exact=True)).to_be_visible()
    rows = downloaded(page).rows
    assert [row["predicted"] for row in rows] == linnet.load(runs["three"]).predict(texts)
    expect(page.get_by_text("The first 100 rows; the download has all.")).to_be_visible()
    assert page.locator("tbody tr").count() == 100


def test_a_server_that_goes_away_loses_nothing(visit, address, upload):
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
    b"text\n\xff\x07\x81bread\n": "This is no CSV in UTF-8",
}


def test_files_that_are_no_tables(visit, address, upload):
    page = visit(address)
    for content, message in NO_TABLES.items():
        upload(page, content)
        expect(page.locator("#many-error")).to_contain_text(message)
        expect(page.get_by_role("region", name="Table")).to_be_hidden()


def drop(page, content, name):
    transfer = page.evaluate_handle(
        """([bytes, name]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            return transfer;
        }""",
        [list(content), name],
    )
    for event in ("dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": transfer})


def test_a_dropped_file_in_an_old_encoding(visit, address, downloaded):
    page = visit(address)
    drop(page, "id\ttext\n1\tpäivä bread\n".encode("windows-1252"), "old.tsv")
    table = page.get_by_role("region", name="Table")
    expect(table.get_by_role("heading")).to_have_text("old.tsv")
    expect(table.locator("tbody")).to_contain_text("päivä bread")
    expect(page.locator("#many-error")).to_contain_text("read as Windows-1252: check the accents")
    table.get_by_role("button", name="Label 1 text", exact=True).click()
    found = downloaded(page, "\t")
    assert found.name == "old-labelled.tsv"
    assert found.rows[0]["text"] == "päivä bread"


def test_a_file_that_is_dropped_too_early_is_taken_later(visit, address):
    """The server has not said yet what it serves."""
    page = visit(address)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/page.json", hold)
    with page.expect_request("**/page.json"):
        page.reload()
    drop(page, b"text\ngoal\n", "early.csv")
    table = page.get_by_role("region", name="Table")
    expect(table).to_be_hidden()
    held[0].continue_()
    expect(table.get_by_role("heading")).to_have_text("early.csv")
    page.get_by_role("button", name="Label 1 text", exact=True).click()
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()


def test_what_is_beyond_the_bars_is_counted_and_goes_with_the_next_file(visit, address, upload):
    def answer(route):
        texts = route.request.post_data_json["texts"]
        scores = [{"label": each, "score": 1} for each in texts]
        answers = [{"label": each["label"], "scores": [each], "in_scope": True} for each in scores]
        route.fulfill(json={"answers": answers})

    page = visit(address)
    page.route("**/predict", answer)
    upload(page, "text\n" + "\n".join(f"label {row // 2 % 11}" for row in range(44)))
    page.get_by_role("button", name="Label 44 texts").click()
    expect(page.locator("#status")).to_have_text("44 texts labelled.")
    bars = page.locator("#summary .bars li").all_inner_texts()
    assert [each.split("\n")[-1] for each in bars] == ["4"] * 8
    expect(page.locator("#summary")).to_contain_text("3 more labels: 12.")
    upload(page, "text\nbread")
    expect(page.locator("#status")).to_be_empty()
    expect(page.locator("#summary")).to_be_empty()
