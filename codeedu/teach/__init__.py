"""For those who teach: collect records, mark, hand out work, make lessons, export the bank."""
