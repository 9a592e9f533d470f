"""Commands of the scrapy tool that differ from Scrapy's own."""
