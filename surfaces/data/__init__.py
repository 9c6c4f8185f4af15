"""Losses that stand on data points: linear, robust and logistic regression in two parameters."""
