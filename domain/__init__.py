"""The law of the house: rooms with their rows, rules, states and commands. Knows neither HTTP nor GraphQL."""
