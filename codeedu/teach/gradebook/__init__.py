"""The gradebook: the records of a class, collected, marked and reported."""
