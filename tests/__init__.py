"""Claims about how Sanshe behaves, on a real PostgreSQL."""
