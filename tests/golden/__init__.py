"""Paths and single steps of other libraries' optimizers, recorded once and compared with the engine in every test."""
