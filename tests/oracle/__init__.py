"""Does the engine answer right? A slow and plain second reading of the whole schema, and random questions to both."""
