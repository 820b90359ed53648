"""Which documents carry one text, and which of them are one instrument."""
