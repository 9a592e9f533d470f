"""From an article to a mail: the lexicon, the matcher, stories, watches, digests and their delivery."""
