"""The learner: the record of their answers, and what it says."""
