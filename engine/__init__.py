"""The engine: formula language, optimizers, schedules, simulator and the scenario file. Knows no Qt and no surface."""
