"""The grammar itself, on a room of its own: a garden with a few beds and the gardeners who take them."""
