"""What the schema says about workers."""
