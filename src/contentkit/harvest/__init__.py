"""From a live site, a mirror folder or WARC files to captures in the archive."""
