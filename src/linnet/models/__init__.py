"""The zoo: each architecture once, as a tuple of layers that Keras, ONNX and NumPy can read."""
