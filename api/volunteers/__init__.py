"""How volunteers are shown and asked for."""
