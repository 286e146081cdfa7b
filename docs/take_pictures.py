"""Takes the pictures of the web page and the report, for serving.md and reporting.md.

    python docs/take_pictures.py

Trains on the embedded demo set, serves it on 127.0.0.1 and opens the pages. Needs playwright, and
the system's Chromium.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import linnet
from linnet.datasets.demo import demo_table

PICTURES = Path(__file__).with_name("pictures")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
COLORS = 256
PARTS, GAP = ("result", "scores", "training"), 20
TEXT = (
    "Return the eigenvalues and right eigenvectors of a square array. "
    "Raises an error if the matrix does not converge."
)
DESK = {"viewport": {"width": 1180, "height": 760}, "color_scheme": "light"}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True,
    "is_mobile": True,
}  # fmt: skip


@contextmanager
def served(run: str, feedback: str) -> Iterator[str]:
    """Serve a run until the block ends; yields the address."""
    command = [sys.executable, "-m", "linnet", "serve", run, "--port", "0", "--feedback", feedback]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        said = process.stdout.readline() if process.stdout else ""
        yield said.split(",")[0].removeprefix("serving on ")
    finally:
        process.terminate()
        process.wait(30)


def opened(browser: Browser, address: str, **options: object) -> Page:
    """Open the page, and label a text."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.goto(address)
    page.get_by_label("Type or paste a text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Label it").click()
    page.locator(".decided").wait_for()
    return page


def keep(name: str, picture: bytes) -> None:
    """Store a picture with few colours."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLORS, Image.Quantize.FASTOCTREE).save(PICTURES / name, "PNG", optimize=True)


def take(browser: Browser, address: str, table: bytes) -> None:
    """Take the three pictures of the web page."""
    page = opened(browser, address, **DESK)
    page.mouse.move(0, 0)
    keep("page.png", page.screenshot())
    file = {"name": "docstrings.csv", "mimeType": "text/csv", "buffer": table}
    page.get_by_label("Choose a CSV file").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#score").click()
    page.locator("#download").wait_for()
    keep("page-table.png", page.locator("#table").screenshot())
    phone = opened(browser, address, **PHONE)
    phone.get_by_text("Is this wrong?").click()
    phone.set_viewport_size({"width": 390, "height": 1090})
    phone.evaluate("scrollTo(0, 0)")
    keep("page-phone.png", phone.screenshot())


def take_report(browser: Browser, report: Path) -> None:
    """Take the beginning of a report on a desk, and parts of it on a phone, side by side."""
    sizes: dict[str, int] = {"width": 1080, "height": 2720}
    page = browser.new_context(viewport=sizes, color_scheme="light").new_page()  # type: ignore[arg-type]
    page.goto(report.as_uri())
    keep("report.png", page.screenshot())
    phone = browser.new_context(**{**PHONE, "viewport": {"width": 390, "height": 1200}}).new_page()  # type: ignore[arg-type]
    parts = []
    for section in PARTS:
        phone.goto(f"{report.as_uri()}#{section}")
        parts.append(phone.screenshot())
    keep("report-phone.png", side_by_side(parts))


def side_by_side(pictures: list[bytes]) -> bytes:
    """Return pictures of one size as one, with gaps."""
    images = [Image.open(BytesIO(each)) for each in pictures]
    width, height = images[0].size
    whole = Image.new("RGB", ((width + GAP) * len(images) - GAP, height), "#3b424a")
    for number, image in enumerate(images):
        whole.paste(image, ((width + GAP) * number, 0))
    made = BytesIO()
    whole.save(made, "PNG")
    return made.getvalue()


def main() -> None:
    """Train, serve, look."""
    rows = demo_table()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = f"{folder}/docstrings"
        linnet.train(rows, out=run)
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        table = rows.sample(600, seed=3).with_row_index("row").drop("label").write_csv().encode()
        with served(run, f"{folder}/feedback") as address:
            take(browser, address, table)
        take_report(browser, Path(run, "report.html"))
        browser.close()


if __name__ == "__main__":
    main()
