"""The panels of the window: each shows one part of an experiment and lets a person change it."""
