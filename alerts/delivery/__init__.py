"""How digests leave the house: over SMTP, or as files when no mail server is set."""
