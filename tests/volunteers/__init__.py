"""Stories of volunteers."""
