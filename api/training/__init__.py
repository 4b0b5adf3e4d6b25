"""How trainings are shown and asked for."""
