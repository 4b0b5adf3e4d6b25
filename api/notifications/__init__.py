"""What the schema says about notifications."""
