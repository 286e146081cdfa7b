r"""Whether the quotes in a tab-separated file are quoting or text.

Goes in: the bytes of a file. Comes out: yes or no. Some programs quote the cells of a TSV file as
in CSV, others write every `"` of the text as it is; nothing in the file says which. A program that
quotes must quote every cell that contains a `"`, so quotes are quoting only if every one of them
belongs to a cell that begins and ends with one and doubles those inside. One `"` anywhere else
proves that they are text. (A file whose only quotes surround whole cells reads as quoted.)
"""

import re


def quotes_are_quoting(content: bytes) -> bool:
    r"""Tell whether `"` quotes cells in this tab-separated content.

    Example:
        >>> quotes_are_quoting(b"")
        False
        >>> quotes_are_quoting(b'1\t"two\nlines"\n')
        True
        >>> quotes_are_quoting(b'1\t"House of Cards" comes to Comcast\n')
        False
    """
    # The literal first byte lets the search jump from quote to quote.
    cell_or_quote = rb'"(?<![^\t\n]")(?:[^"]++|"")*+"(?=[\t\r\n]|\Z)|"'
    found = False
    for match in re.finditer(cell_or_quote, content):
        if match.group() == b'"':
            return False
        found = True
    return found
