"""Cases: from the medical record to the claim lines, judged field by field."""
