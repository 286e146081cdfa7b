"""What happens to the files of a saved model by accident: their sums stay as they were."""

import random

from fuzz_files import EVERY, Change, Files, Special, content_of


def flipped(draw: random.Random, files: Files) -> Files:
    """Change one byte of one file, or one bit of it."""
    name = draw.choice(EVERY)
    content = bytearray(content_of(files, name))
    at = draw.randrange(len(content))
    content[at] ^= draw.choice((1 << draw.randrange(8), draw.randint(1, 255)))
    return files | {name: bytes(content)}


def truncated(draw: random.Random, files: Files) -> Files:
    name = draw.choice(EVERY)
    content = content_of(files, name)
    return files | {
        name: content[: draw.choice((0, len(content) - 1, draw.randrange(len(content))))]
    }


def longer(draw: random.Random, files: Files) -> Files:
    name = draw.choice(EVERY)
    return files | {name: content_of(files, name) + draw.randbytes(draw.choice((1, 8, 4096)))}


def emptied_block(draw: random.Random, files: Files) -> Files:
    """Overwrite a stretch with zeros, as a disk does that lost power."""
    name = draw.choice(EVERY)
    content = bytearray(content_of(files, name))
    at, size = draw.randrange(len(content)), draw.choice((4, 64, 512, 4096))
    content[at : at + size] = bytes(len(content[at : at + size]))
    return files | {name: bytes(content)}


def gone(draw: random.Random, files: Files) -> Files:
    return files | {draw.choice(EVERY): None}


def renamed(draw: random.Random, files: Files) -> Files:
    name = draw.choice(EVERY)
    return files | {name: None, draw.choice((name.upper(), f"{name}.bak", f"{name} ")): files[name]}


def exchanged(draw: random.Random, files: Files) -> Files:
    one, other = draw.sample(EVERY, 2)
    return files | {one: files[other], other: files[one]}


def no_file(draw: random.Random, files: Files) -> Files:
    kinds: tuple[Special, ...] = ("fifo", "folder", "loop", "zero", "nowhere")
    return files | {draw.choice(EVERY): draw.choice(kinds)}


def other_sums(draw: random.Random, files: Files) -> Files:
    """Write the sums in another form."""
    lines = content_of(files, "SHA256SUMS").decode().splitlines()
    number = draw.randrange(len(lines))
    digits, name = lines[number].split("  ")
    forms = (
        f"{digits.upper()}  {name}", f"{digits} *{name}", f"{digits}  ./{name}", f"{digits} {name}",
        f"{digits}  {name}\r", f"{digits}  /{name}", f"{digits}  ../model/{name}",
        f"\\{digits}  {name}",
        f"{lines[number]}\n{lines[number]}", "", f"# {digits}", f"{digits}  {name}\n{digits}  ../x",
        f"SHA256 ({name}) = {digits}", f"{'0' * 64}  {name}", f"{digits}  {name}\x00",
    )  # fmt: skip
    lines[number] = draw.choice(forms)
    ends = draw.choice(("\n", "\n", "\n", "\r\n", "\r"))
    return files | {"SHA256SUMS": ends.join([*lines, ""]).encode()}


def beside(draw: random.Random, files: Files) -> Files:
    """Add files that are none of the model's, or change the card: none of that may matter."""
    name = draw.choice(("README.md", "notes.txt", ".DS_Store", "model.onnx.data", "x.pkl"))
    return files | {name: draw.randbytes(50)}


ACCIDENTS: tuple[Change, ...] = (
    flipped, flipped, flipped, flipped, truncated, longer, emptied_block, gone, renamed, exchanged,
    no_file, other_sums, beside,
)  # fmt: skip
