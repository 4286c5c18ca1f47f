"""One claim: how its lines are written, and the rules that payers hold them to."""
