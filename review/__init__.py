"""The page where people read, judge, search, see and export.

May read `storage` and `alerts`' renderers and start `scheduler.jobs`; never imports `crawler`.

    app          which address leads where
    guard        what every request must pass: host, origin, size; the headers of every answer
    room         what the pages need: archive, settings, lexicon, clock
    rendering    templates in the visitor's language
    triage, dossier, archive, market, outlets, watching, mails, quality      the pages
    exports, api                                             the same for programs
    currents     which moves are asked for, and the broadest flows and the months that they make
    differences  between two texts of an article
    passages     an article's text with its evidence marked
    server       uvicorn's wiring
"""
