"""Takes the pictures of the web page for serving.md: python docs/take_pictures.py.

Trains on the embedded demo set, serves it on 127.0.0.1 and opens the page. Needs playwright, and
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
COLORS = 128
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
    image.quantize(COLORS).save(PICTURES / name, "PNG", optimize=True)


def take(browser: Browser, address: str, table: bytes) -> None:
    """Take the three pictures."""
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
        browser.close()


if __name__ == "__main__":
    main()
