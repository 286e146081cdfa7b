"""The saved model as a folder of files: written once, checked whole, never overwritten."""

from linnet.artifact.load import Artifact as Artifact
from linnet.artifact.load import open_artifact as open_artifact
from linnet.artifact.save import Contents as Contents
from linnet.artifact.save import save as save
