"""A saved model made small: fewer layers, fewer ids, a byte per number."""

from linnet.compression.fold import folded as folded
from linnet.compression.pack import packed as packed
from linnet.compression.prune import pruned as pruned
