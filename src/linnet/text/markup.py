"""HTML in texts: what it looks like, and texts without it.

Texts come in as a polars Series and go out as one. Knows nothing of tokens.
"""

import html

import polars as pl

_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|del|div|dl|dt|em|figure|font|form|"
    "h[1-6]|head|hr|html|i|iframe|img|input|ins|kbd|li|link|meta|ol|option|p|pre|q|s|script|"
    "section|select|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|tt|"
    "u|ul|video"
)
TAGS = rf"</?(?i:{_NAMES})(?:\s[^<>]*=[^<>]*)?\s?/?>|<!--(?s:.*?)-->|<!--"
ENTITIES = r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d{2,6}|#x[0-9A-Fa-f]{2,5});"


def strip(texts: pl.Series) -> pl.Series:
    """Return texts with a space for each HTML tag, and entities as what they stand for.

    Only the names of HTML count as tags: `List<T>` stays as it is.

    Args:
        texts: Strings without nulls.

    Example:
        >>> strip(pl.Series(["", "good<br />film", "Beyonc&#233;", "List<T> & x"])).to_list()
        ['', 'good film', 'Beyoncé', 'List<T> & x']
    """
    plain = texts.str.replace_all(TAGS, " ")
    where = plain.str.contains(ENTITIES).arg_true()
    read = [html.unescape(text) for text in plain.gather(where)]
    return plain.scatter(where, pl.Series(read, dtype=pl.String)) if read else plain
