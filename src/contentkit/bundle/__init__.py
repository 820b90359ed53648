"""Write and verify import bundles: BagIt, redirects, reconciliation.

Pure file work. `write` makes a bundle, `verify` judges one without trusting (or
importing) the writer; `redirects`, `links`, `reconcile` and `report` are values in,
values out.
"""
