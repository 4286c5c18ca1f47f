"""For those who teach: collect records, mark, hand out work, and make lessons."""
