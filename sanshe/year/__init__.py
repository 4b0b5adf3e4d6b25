"""A year of a whole district, played through the rules of the house."""
