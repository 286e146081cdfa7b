"""One kind of layer per file: its options, its weights, and its form in every engine."""
