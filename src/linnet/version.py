"""The version of linnet: the one place where it stands."""

VERSION = "0.1.0"
