"""Stories told from the first page to the last, through the doors that people use."""
