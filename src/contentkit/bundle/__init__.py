"""Write and verify import bundles: BagIt, redirects, reconciliation."""
