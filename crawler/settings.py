"""Scrapy's knobs, each with its reason. What the user decides comes from mercato.toml through `user_settings`.

The figures behind them were measured against a loopback server that misbehaves on purpose.
"""

from __future__ import annotations

from typing import Any

from mercato import __version__
from mercato.settings import Settings

BOT_NAME = "Mercato"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"  # replaces "crawl" by one that reads mercato.toml

# Who we are. The contact is added by `user_settings`; robots.txt is matched against the bare product name.
USER_AGENT = f"Mercato/{__version__}"
ROBOTSTXT_USER_AGENT = "Mercato"
ROBOTSTXT_OBEY = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "fr,en;q=0.5",
}
COOKIES_ENABLED = False  # nothing here needs to be recognised again

# Politeness: one request at a time to a host, a pause in between. AutoThrottle stays off: it overwrites the crawl-delay
# of robots.txt and speeds up on quick refusals.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # the default makes half of the pauses shorter than promised
AUTOTHROTTLE_ENABLED = False

# One more try for broken connections. An overloaded or resting server is left alone until the next cycle, and so is a
# slow one: it would hold up the cycle twice.
RETRY_TIMES = 1
RETRY_HTTP_CODES = [500, 502, 504, 522, 524]
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # it is in the report and in the feed's state

# Hostile or broken servers. The time-out is for the whole answer, unpacked size counts as well as packed.
DOWNLOAD_TIMEOUT = 10.0
DOWNLOAD_MAXSIZE = 3_000_000
DOWNLOAD_WARNSIZE = 0
DNS_TIMEOUT = 10.0
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # redirects past the guards of redirects
DOWNLOAD_HANDLERS = {
    "http": "crawler.handlers.BoundedHandler",
    "https": "crawler.handlers.BoundedHandler",
    "data": None, "file": None, "ftp": None, "s3": None,  # a file:// link would be read otherwise
}  # fmt: skip
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default does not
HTTPPROXY_ENABLED = False  # behind a proxy, the guard of private addresses would see the proxy only
TWISTED_DNS_RESOLVER = "crawler.netguard.PublicOnlyResolver"
MERCATO_ALLOW_PRIVATE_ADDRESSES = False
MERCATO_PRIVATE_HOSTS: list[str] = []  # hosts of the user's own network that may be visited all the same

# Both open a local port through which code can be run in the crawl.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # in the order of the feed; the default turns it round
# Bytes of pages waiting for text extraction before further requests wait. The default holds every page of a big cycle
# in memory; a few pages are enough to keep the workers busy and to be committed together.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 2_000_000
CONCURRENT_ITEMS = 1  # a page gives one item; by default Scrapy starts a hundred tasks for each

DOWNLOADER_MIDDLEWARES = {
    # Outermost, so that not even robots.txt of a private host is asked for.
    "crawler.middlewares.netguard.NetGuard": 20,
    "crawler.middlewares.queues.QueuePerHost": 30,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # takes a failing server for a permission
    "crawler.middlewares.robots.Robots": 100,
    # Nearer to the network than retries (550), so that neither a resting host nor a refused name is tried again …
    "crawler.middlewares.retry_after.RetryAfter": 555,
    "crawler.middlewares.netguard.RefusedNames": 557,
    # … and outside of redirects (600), so that each hop is judged by its own address.
    "crawler.middlewares.conditional.ConditionalGet": 560,
    # Nearest to the network of all: whoever has the turn of a host waits for nothing else.
    "crawler.middlewares.turns.Turns": 950,
}
# What the spider has no use for; each wraps every answer or every request that it makes in calls of its own.
DOWNLOADER_MIDDLEWARES |= dict.fromkeys(
    (
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",  # feeds link to other hosts
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
        "scrapy.downloadermiddlewares.stats.DownloaderStats",  # the report has figures of its own
    )
)
SPIDER_MIDDLEWARES = dict.fromkeys(
    (
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware",  # every answer reaches the spider, which tells why
        "scrapy.spidermiddlewares.referer.RefererMiddleware",  # no page is told who led to it
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware",  # would drop requests without a word
        "scrapy.spidermiddlewares.depth.DepthMiddleware",  # feed, page: it goes no deeper
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware",
    )
)
ITEM_PIPELINES = {"crawler.pipelines.SaveArticle": 500}

LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 60.0
STATS_DUMP = False  # the report says what matters


def user_settings(settings: Settings) -> dict[str, Any]:
    """What mercato.toml decides, in Scrapy's words."""
    crawl = settings.crawl
    return {
        "USER_AGENT": f"{USER_AGENT} (+{crawl.contact})",
        "DOWNLOAD_DELAY": crawl.delay,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "MERCATO_ALLOW_PRIVATE_ADDRESSES": crawl.allow_private_addresses,
        "MERCATO_PRIVATE_HOSTS": crawl.private_hosts,
    }
