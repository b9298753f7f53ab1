"""Data, training, evaluation and service of one model."""
