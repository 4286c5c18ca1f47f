"""A file of claims: opened, its table found, its rows answered."""
