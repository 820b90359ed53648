"""From the bytes of one page to a record: what the page says."""
