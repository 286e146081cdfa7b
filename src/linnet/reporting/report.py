"""A run folder in, `report.html` in it out."""

from pathlib import Path

from linnet.files import write_bytes
from linnet.reporting.page import fill
from linnet.reporting.results import Results, read_results
from linnet.reporting.sections import sections


def report(folder: Path) -> Path:
    """Write the report of a run into its folder, in place of an older one.

    A section whose file is missing is left out.

    Args:
        folder: A run folder, with the folder `model` in it.

    Returns:
        The path of `report.html`.

    Raises:
        DataError: The folder is no run folder, or a file in it is damaged.
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     (Path(folder) / "model").mkdir()
        ...     report(Path(folder)).name
        'report.html'
    """
    page = render(read_results(folder))
    path = folder / "report.html"
    # A lone half of a surrogate pair, as broken texts hold it, becomes "?".
    write_bytes(path, page.encode("utf-8", "replace"))
    return path


def render(results: Results) -> str:
    """Return the page as HTML; every text of the data is escaped.

    Example:
        >>> "<title>&lt;b&gt;" in render(Results("<b>"))
        True
    """
    return fill("page.html", {"name": results.name, **sections(results)})
