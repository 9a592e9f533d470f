"""From an outlet to an article: feeds and pages in, raw captures and articles out."""
