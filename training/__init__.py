"""Programs that fit what the lexicon holds to our own labelled text; run by script/train, never by the product."""
