"""What the schema says about communities."""
