"""The numbers that stand for a network's architecture in the flat vector that native code reads."""

# Places in the vector: how many linear layers, …, sizes[0 … layers], then X (inputs, points), then Y (points).
LAYERS, ACTIVATION, NORM, SKIP, LOSS, POINTS, SIZES = range(7)

TANH, RELU, GELU = range(3)
NONE, BATCH, LAYER = range(3)
SQUARES, CROSS_ENTROPY = range(2)

EPS = 1e-5  # of both norms, torch's
