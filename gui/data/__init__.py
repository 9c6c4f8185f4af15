"""Surfaces from data: the options of a surface, and data points of one's own from a file."""
