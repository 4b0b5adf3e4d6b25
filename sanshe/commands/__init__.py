"""What the command line can do, one file for each concern. Each command imports what it runs only when it runs."""
