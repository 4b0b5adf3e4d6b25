"""Issuers elsewhere, a city's portal or an organization's Keycloak: their tokens are accepted, people sign in there."""
