"""Benchmarks: every claim of speed is a ratio measured in one run. `make bench` prints them all."""
