"""What the schema says about organizations."""
