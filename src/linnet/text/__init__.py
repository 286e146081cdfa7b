"""Texts to ids or bags: the only code that runs both in training and in serving."""
