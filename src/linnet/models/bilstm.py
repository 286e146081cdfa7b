"""The model lstm, reading from both ends: `lstm` with `bidirectional` under a name of its own."""

from functools import partial

from linnet.models import lstm

SETTINGS = lstm.SETTINGS

layers = partial(lstm.layers, bidirectional=True)
