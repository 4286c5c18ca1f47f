"""For those who write questions and lessons: what a new one holds, and what is wrong with it."""
