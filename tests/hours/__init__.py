"""Stories of hours."""
