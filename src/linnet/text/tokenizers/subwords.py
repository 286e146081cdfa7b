"""Words, and the runs of characters inside them.

A word's pieces are the runs of 3 to 5 characters of `<word>` (Bojanowski et al. 2017), written
with `~` in front so that a piece is never taken for a word. They carry languages that glue words
together, and misspellings.
"""

from linnet.text.tokenizers.words import split as split

SHORTEST = 3
LONGEST = 5
LONGEST_WORD = 1000
"""What stands behind so many characters has no pieces: a file in a text would fill the memory."""


def pieces(word: str) -> list[str]:
    """Return the pieces of one word, the same whatever stands behind its first 1,000 characters.

    A word so short that it has no part has none.

    Example:
        >>> pieces("was")
        ['~<wa', '~was', '~as>', '~<was', '~was>']
        >>> pieces("")
        []
        >>> len(pieces("ä" * 1000)), pieces("ä" * 1000) == pieces("ä" * 1001)
        (2997, True)
    """
    marked = f"<{word[:LONGEST_WORD]}>"
    return [
        f"~{marked[start : start + size]}"
        for size in range(SHORTEST, min(LONGEST, len(marked) - 1) + 1)
        for start in range(len(marked) - size + 1)
    ]
