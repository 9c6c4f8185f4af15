"""The 3-D view: the surface as a relief with the runs on it. Loaded when it is first shown."""
