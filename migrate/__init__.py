"""How one site's fields become the platform's, as data: recipes, columns, lookups."""
