"""Practice: which questions to ask, sittings and exercises, and their views in a notebook."""
