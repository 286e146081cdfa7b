"""Saved models over HTTP: one process, concurrent requests share runs of the model."""
