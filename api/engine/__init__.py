"""The read engine: a document becomes one SQL statement whose answer is the response."""
