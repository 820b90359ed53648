"""What an editor should look at in a document and in its files; pure functions."""
