"""The canvas: the loss surface as a contour plot, and the paths of the runs on it."""
