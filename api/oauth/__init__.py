"""The authorization server: who signs in, which application may act for them, and how long."""
