"""What editors see and say; with `stages`, the only writer of the ledger."""
