"""The model lstm, reading from both ends: `lstm` with `bidirectional` and more dropout."""

from functools import partial

from linnet.models import lstm

SETTINGS = lstm.SETTINGS | {"learning_rate": 0.002}

layers = partial(lstm.layers, bidirectional=True, spatial_dropout=0.4, dropout=0.4)
