"""For authors: what is wrong with questions and lessons, and what a new lesson begins with."""
