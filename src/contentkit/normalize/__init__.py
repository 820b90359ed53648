"""From a record to a document in the platform's terms."""
