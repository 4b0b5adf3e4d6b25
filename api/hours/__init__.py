"""How hours are shown and asked for."""
