"""A saved model at work: texts to scores on ONNX Runtime, without Keras."""

from linnet.runtime.classifier import Classifier as Classifier
from linnet.runtime.classifier import load as load
from linnet.runtime.verify import verify as verify
