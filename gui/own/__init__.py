"""Optimizers and schedules of one's own: the library that keeps them, and the editor."""
