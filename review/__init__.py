"""The page where people read, judge, search, see and export.

May read `storage` and `alerts`' renderers and start `scheduler.jobs`; never imports `crawler`.
"""
