"""What a notebook or a page shows."""
