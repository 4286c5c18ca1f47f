"""For those who teach: take the question bank anywhere."""
