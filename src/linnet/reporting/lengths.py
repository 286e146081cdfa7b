"""How long texts are, as SVG columns that take their colour from the page.

Goes in: counts per bin. Comes out: one SVG element as text.
"""

from collections.abc import Sequence

_WIDTH, _HEIGHT, _BELOW = 480, 140, 22


def columns(edges: Sequence[float], counts: Sequence[int]) -> str:
    """Draw one column per bin, with the outermost edges below.

    Args:
        edges: Where bins begin and end, rising; one more than `counts`.
        counts: Texts per bin.

    Returns:
        An SVG element; empty where the two do not fit or nothing is counted.

    Example:
        >>> columns([0, 10, 20], [3, 1]).count("<rect")
        2
        >>> columns([], [])
        ''
    """
    if len(edges) != len(counts) + 1 or not any(counts):
        return ""
    width = _WIDTH / len(counts)
    room = _HEIGHT - _BELOW
    bars = []
    for at, count in enumerate(counts):
        height = room * count / max(counts)
        bars.append(
            f'<rect x="{at * width + 0.5:.1f}" y="{room - height:.1f}" '
            f'width="{max(width - 1, 0.5):.1f}" height="{height:.1f}">'
            f"<title>{edges[at]:g} to {edges[at + 1]:g}: {count:,}</title></rect>"
        )
    y = _HEIGHT - 5
    return (
        f'<svg class="columns" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="How many texts have which length">{"".join(bars)}'
        f'<text x="0" y="{y}">{edges[0]:,g}</text>'
        f'<text x="{_WIDTH}" y="{y}" text-anchor="end">{edges[-1]:,g}</text></svg>'
    )
