"""Deliberate faults of the engine, and whether the tests notice them: `make mutants`."""
