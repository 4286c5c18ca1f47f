"""Questions: what one is, the bank, how each kind is graded, generated ones, and paper."""
