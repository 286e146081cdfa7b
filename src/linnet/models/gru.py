"""A gated recurrent unit that reads the words in order: three gates where an LSTM has four."""

from functools import partial

from linnet.models import lstm, recurrent
from linnet.models.layers.gru import GRU

SETTINGS = lstm.SETTINGS | {"learning_rate": 0.002}

layers = partial(recurrent.layers, GRU, spatial_dropout=0.4, dropout=0.4)
