"""What the schema says about regulations."""
