"""Scrapy's spiders: so far one, which follows feeds."""
