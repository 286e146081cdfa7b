"""What does an epoch: Keras for any model, SciPy for bags on a CPU."""
