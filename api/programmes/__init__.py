"""How programmes are shown and asked for."""
