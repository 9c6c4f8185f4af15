"""The window. Meets the engine in one place, `gui.session`."""
