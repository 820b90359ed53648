"""How legacy sites are walked: Scrapy spiders and site profiles."""
