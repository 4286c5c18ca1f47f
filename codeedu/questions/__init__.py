"""Questions: what one is, the bank they are kept in, and those generated from tables."""
