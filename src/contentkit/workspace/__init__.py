"""The workspace folder: ledger, archive, marks and queries."""
