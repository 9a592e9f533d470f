"""The only reader of mercato.toml and of the environment.

Every mistake of a file is reported at once, each with its key, its value and what would be right. Relative paths
count from the folder of the file, so a cron job finds the same archive whatever its working directory.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mercato.errors import SettingsError
from mercato.i18n import phrase
from mercato.mistakes import mistake, not_toml
from mercato.model import Licence, OwnWords, Source, Status, Voice, Watch
from mercato.urls import web_url

DEFAULT_FILE = "mercato.toml"
_PREFIX = "MERCATO_"
CONFIG_VARIABLE = "MERCATO_CONFIG"
_MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")
_FIRST_TABLE = re.compile(r"^\s*\[", re.MULTILINE)
_LANGUAGE_LINE = re.compile(r"""^\s*["']?language["']?\s*=\s*["'](\w+)["']""", re.MULTILINE)
_NAME = r"^[a-z0-9][a-z0-9-]{0,63}$"

SECTORS = ("ai", "asia", "france", "funds", "games", "giants", "public", "services", "telecoms")
"""The sectors that a watch can name; `alerts.sectors` knows whose organisations they are, and a test compares both."""


def _contact(value: str) -> str:
    if not value.startswith(("mailto:", "http://", "https://")) or len(value) < 10:
        raise ValueError(
            phrase('an address where sites can reach you: "mailto:you@your-domain" or "https://your-site/contact"')
        )
    return value


def _address(value: str) -> str:
    name, at, domain = value.rpartition("@")
    if (
        not at
        or not name
        or ("." not in domain.strip(".") and domain != "localhost")
        or any(c.isspace() for c in value)
    ):
        raise ValueError(phrase('a mail address such as "you@example.org"'))
    return value


def _database_url(value: str) -> str:
    scheme = value.partition(":")[0]
    if scheme not in {"sqlite", "postgresql+psycopg"} or "://" not in value:
        raise ValueError(phrase('"sqlite:///mercato.db" or "postgresql+psycopg://user:password@host/database"'))
    return value


def _feed_url(value: str) -> str:
    if web_url(value) is None:
        raise ValueError(phrase('an absolute address such as "https://www.example.org/feed/"'))
    return value


def _host(value: str) -> str:
    host = value.strip().lower().removeprefix("www.")
    if not host or any(c in host for c in "/:@ ?#"):
        raise ValueError(phrase('a host such as "exemple.fr", without scheme and path'))
    return host


def _mail_url(value: str) -> str:
    if not value:
        return value
    accepted = phrase(
        '"smtp://host:25", "smtp+starttls://user:password@host:587", "smtps://user:password@host:465" or ""'
    )
    try:
        parts = urlsplit(value)
        usable = parts.scheme in _MAIL_SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(accepted)
    return value


def _argon2(value: str) -> str:
    if value and not value.startswith("$argon2id$"):
        raise ValueError(phrase('a hash as "mercato review --make-password" prints it, never the password itself'))
    return value


def _cron(value: str) -> str:
    accepted = phrase('five cron fields such as "0 8 * * mon-fri" (every weekday at 8:00)')
    try:
        CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(accepted) from error
    if len(value.split()) != 5:
        raise ValueError(accepted)
    return value


def _cron_or_none(value: str) -> str:
    return _cron(value) if value else value


def _sector(value: str) -> str:
    if value not in SECTORS:
        raise ValueError(phrase("one of the sectors {sectors}", sectors=", ".join(SECTORS)))
    return value


def _hours(value: str) -> str:
    if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(phrase('two times of the day such as "22:00-07:00", or "" for none'))
    if value and value[:5] == value[6:]:
        raise ValueError(phrase("a beginning and an end that differ"))
    return value


def _public_url(value: str) -> str:
    if value and (web_url(value) is None or urlsplit(value).query or urlsplit(value).fragment):
        raise ValueError(
            phrase('the address at which readers reach the review page, such as "https://mercato.your-domain"')
        )
    return value.rstrip("/")


def _webhook_url(value: str) -> str:
    if web_url(value) is None:
        raise ValueError(phrase('an absolute address such as "https://your-domain/hooks/mercato"'))
    return value


def _channel_url(value: str) -> str:
    if not re.match(r"[a-z][a-z0-9+.-]*://.", value):
        raise ValueError(phrase('an address that Apprise knows, such as "slack://…" or "ntfy://…"'))
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(phrase('an IANA time zone such as "Europe/Paris" or "America/Montreal"')) from error
    return value


def _word(value: str) -> str:
    if not any(character.isalnum() for character in value) or value != value.strip() or len(value) > 80:
        raise ValueError(
            phrase("words of at most 80 characters, at least one of them a letter, without space around them")
        )
    return value


_Word = Annotated[str, AfterValidator(_word)]
_Words = dict[_Word, list[_Word]]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class StorageSettings(_Section):
    """[storage]: where the archive lies."""

    url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///mercato.db"
    archive: str = "archive"
    captures: str = ""


class CrawlSettings(_Section):
    """[crawl]: how outlets are visited."""

    contact: Annotated[str, AfterValidator(_contact)]
    allow_private_addresses: bool = False
    private_hosts: list[str] = []
    delay: Annotated[float, Field(ge=0, le=300)] = 1.0
    timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    max_bytes: Annotated[int, Field(ge=10_000, le=50_000_000)] = 3_000_000
    interval: Annotated[int, Field(ge=60, le=86_400)] = 1200
    deadline: Annotated[int, Field(ge=10, le=86_400)] = 900
    workers: Annotated[int, Field(ge=1, le=32)] = 2
    catalogue: bool = True
    corrections: bool = True


class SourceSettings(_Section):
    """[[source]]: an outlet of the user's own, or a change to one of the catalogue."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    name: Annotated[str, Field(min_length=1)]
    feed: Annotated[str, AfterValidator(_feed_url)]
    homepage: str = ""
    language: str = "fr"
    country: str = ""
    topic: str = ""
    weight: Annotated[float | None, Field(ge=0, le=100)] = None
    voice: Voice = Voice.OWN


class LicenceSettings(_Section):
    """[[licence]]: an outlet that allows more than its machine-readable notices say."""

    host: Annotated[str, AfterValidator(_host)]
    agreement: Annotated[str, Field(min_length=3, max_length=500)]


class WatchSettings(_Section):
    """[[watch]]: what somebody wants to hear of, and when."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    organisations: list[str] = []
    people: list[str] = []
    sectors: list[Annotated[str, AfterValidator(_sector)]] = []
    roles: list[str] = []
    statuses: list[Status] = []
    countries: list[Annotated[str, Field(pattern=r"^([A-Z]{2}|\d{3})$")]] = []
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]] = []
    minimum_score: Annotated[float, Field(ge=0)] = 0.0
    muted_outlets: list[str] = []
    recipients: list[Annotated[str, AfterValidator(_address)]] = []
    channels: list[str] = []
    webhooks: list[str] = []
    schedule: Annotated[str, AfterValidator(_cron)] = "0 8 * * mon-fri"
    weekly: Annotated[str, AfterValidator(_cron_or_none)] = ""
    instant: bool = False
    instant_status: Literal["rumoured", "reported", "confirmed"] = "confirmed"
    instant_importance: Annotated[float, Field(ge=0, le=12)] = 0.0
    instant_per_hour: Annotated[int, Field(ge=1, le=60)] = 4
    quiet: Annotated[str, AfterValidator(_hours)] = ""
    excerpts: bool = True
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"
    language: Literal["fr", "en"] = "fr"
    aliases: _Words = {}
    verbs: _Words = {}
    nouns: _Words = {}
    muted: list[_Word] = []


class LexiconSettings(_Section):
    """[lexicon]: words of the user's own, over the bundled ones."""

    folder: str = ""
    organisations: list[_Word] = []
    people: list[_Word] = []
    aliases: _Words = {}
    verbs: _Words = {}
    nouns: _Words = {}
    muted: list[_Word] = []


class MailSettings(_Section):
    """[mail]: how digests leave."""

    url: Annotated[str, AfterValidator(_mail_url)] = ""
    sender: Annotated[str, AfterValidator(_address)] = Field("mercato@localhost", alias="from")
    outbox: str = "outbox"
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    on_crash: Literal["resend", "ask"] = "resend"
    public_url: Annotated[str, AfterValidator(_public_url)] = ""


class ServiceSettings(_Section):
    """[service]: what keeps watch, and on how many machines."""

    engine: Literal["local", "procrastinate"] = "local"
    crawlers: Annotated[int, Field(ge=1, le=64)] = 2


class ChannelSettings(_Section):
    """[[channel]]: a chat room, a telephone or anything else that Apprise reaches."""

    name: Annotated[str, Field(pattern=_NAME)]
    url: Annotated[str, AfterValidator(_channel_url)]


class WebhookSettings(_Section):
    """[[webhook]]: a program that is told of each mail, with a signature."""

    name: Annotated[str, Field(pattern=_NAME)]
    url: Annotated[str, AfterValidator(_webhook_url)]
    secret: Annotated[str, Field(min_length=24)]


class ReviewSettings(_Section):
    """[review]: where the page is served, and to whom."""

    enabled: bool = True
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8765
    hosts: list[str] = []
    password: Annotated[str, AfterValidator(_argon2)] = ""
    user_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,60}$")] = ""
    tokens: list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = []


class BackupSettings(_Section):
    """[backup]: copies of the archive, and how long they are kept."""

    folder: Annotated[str, Field(min_length=1)] = "backups"
    schedule: Annotated[str, AfterValidator(_cron_or_none)] = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"
    archive: bool = True
    daily: Annotated[int, Field(ge=0, le=366)] = 7
    weekly: Annotated[int, Field(ge=0, le=520)] = 4
    monthly: Annotated[int, Field(ge=0, le=240)] = 12


_Days = Annotated[int, Field(ge=-1, le=36_525)]


class RetentionSettings(_Section):
    """[retention]: for how long what is kept; days, 0 is for good, -1 is as the profile says."""

    profile: Literal["veille", "journalism", "recruitment"] = "veille"
    schedule: Annotated[str, AfterValidator(_cron_or_none)] = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"
    texts: _Days = -1
    flagged_texts: _Days = -1
    pages: _Days = -1
    flagged_pages: _Days = -1
    stories: _Days = -1
    mails: _Days = -1
    records: _Days = -1


class LogSettings(_Section):
    """[log]: whether logs are kept as files, and how many."""

    folder: str = ""
    level: Literal["debug", "info", "warning", "error"] = "warning"
    format: Literal["text", "json"] = "text"
    max_bytes: Annotated[int, Field(ge=1_000, le=10_000_000_000)] = 10_000_000
    backups: Annotated[int, Field(ge=1, le=1_000)] = 5


class _File(_Section):
    storage: StorageSettings = StorageSettings()
    crawl: CrawlSettings
    source: list[SourceSettings] = []
    licence: list[LicenceSettings] = []
    watch: list[WatchSettings] = []
    channel: list[ChannelSettings] = []
    webhook: list[WebhookSettings] = []
    review: ReviewSettings = ReviewSettings()
    service: ServiceSettings = ServiceSettings()
    lexicon: LexiconSettings = LexiconSettings()
    mail: MailSettings = MailSettings()  # type: ignore[call-arg]  # the alias "from" is a keyword
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()
    language: Literal["fr", "en"] = "fr"

    @field_validator("source", "watch", "channel", "webhook", mode="after")
    @classmethod
    def _unique(cls, entries: list[Any]) -> list[Any]:
        names = [getattr(entry, "id", None) or entry.name for entry in entries]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise ValueError(phrase("each name once; given twice: {names}", names=", ".join(doubles)))
        return entries

    @model_validator(mode="after")
    def _reachable(self) -> _File:
        if not self.crawl.catalogue and not self.source:
            raise ValueError(phrase("crawl.catalogue = false needs at least one [[source]]"))
        return self

    @model_validator(mode="after")
    def _shared(self) -> _File:
        if self.service.engine == "procrastinate" and not self.storage.url.startswith("postgresql"):
            raise ValueError(
                phrase('service.engine = "procrastinate" needs a storage.url of PostgreSQL: all hosts share it')
            )
        return self

    @model_validator(mode="after")
    def _known_routes(self) -> _File:
        for kind, entries in (("channel", self.channel), ("webhook", self.webhook)):
            known = {entry.name for entry in entries}
            for watch in self.watch:
                lost = sorted(set(getattr(watch, f"{kind}s")) - known)
                if lost:
                    raise ValueError(
                        phrase(
                            "watch {watch!r}: {kind}s names {names}, but no [[{kind}]] has it",
                            watch=watch.name,
                            kind=kind,
                            names=", ".join(lost),
                        )
                    )
        return self


class Settings(BaseModel):
    """Everything that the user decided, checked; paths are absolute."""

    model_config = ConfigDict(frozen=True)

    file: Path | None
    folder: Path
    language: Literal["fr", "en"]
    storage: StorageSettings
    crawl: CrawlSettings
    mail: MailSettings
    review: ReviewSettings = ReviewSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()
    service: ServiceSettings = ServiceSettings()
    sources: tuple[Source, ...]
    licences: tuple[Licence, ...] = ()
    watches: tuple[Watch, ...]
    channels: tuple[ChannelSettings, ...] = ()
    webhooks: tuple[WebhookSettings, ...] = ()
    lexicon: LexiconSettings = LexiconSettings()
    words: tuple[OwnWords, ...] = ()  # of [lexicon] and of every watch

    @property
    def shares_work(self) -> bool:
        """Whether several hosts work on one archive: then jobs go through its database."""
        return self.service.engine == "procrastinate"

    @property
    def archive(self) -> Path | None:
        """The folder of WARC files; None when the raw archive is off."""
        return self.folder / self.storage.archive if self.storage.archive else None

    @property
    def captures(self) -> str:
        """The address of the store to which closed WARC files are moved, a folder's path in full; "" when they stay."""
        chosen = self.storage.captures
        return chosen if not chosen or "://" in chosen else str(self.folder / chosen)

    @property
    def outbox(self) -> Path:
        """The folder where digests are written when no mail server is set."""
        return self.folder / self.mail.outbox

    @property
    def log_file(self) -> Path | None:
        """The newest file of logs; older ones lie beside it, numbered. None where logs go to standard error."""
        return self.folder / self.log.folder / "mercato.log" if self.log.folder else None

    @property
    def lexicon_folder(self) -> Path | None:
        """The folder of the user's own lexicon files; None when there is none."""
        return self.folder / self.lexicon.folder if self.lexicon.folder else None

    @property
    def database_url(self) -> str:
        """The database's URL; a relative SQLite path counts from the settings file's folder."""
        prefix = "sqlite:///"
        url = self.storage.url
        if url.startswith(prefix) and not url.startswith(prefix + "/") and url != prefix + ":memory:":
            return f"{prefix}{self.folder / url.removeprefix(prefix)}"
        return url


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings file and the MERCATO_* variables that override single keys of it.

    `path` defaults to $MERCATO_CONFIG, then to mercato.toml in the working directory. `environment` defaults to the
    process's own. Raises SettingsError with every mistake of the file at once.
    """
    environment = os.environ if environment is None else environment
    chosen = path or Path(environment.get(CONFIG_VARIABLE) or DEFAULT_FILE)
    data = _read_toml(chosen)
    variables = _overlay(data, environment)
    try:
        checked = _File.model_validate(data)
    except ValidationError as error:
        raise SettingsError(str(chosen), [mistake(detail, variables) for detail in error.errors()]) from error
    return Settings(
        file=chosen.resolve(),
        folder=chosen.resolve().parent,
        language=checked.language,
        storage=checked.storage,
        crawl=checked.crawl,
        mail=checked.mail,
        review=checked.review,
        backup=checked.backup,
        retention=checked.retention,
        log=checked.log,
        service=checked.service,
        sources=tuple(Source(**entry.model_dump()) for entry in checked.source),
        licences=tuple(Licence(**entry.model_dump()) for entry in checked.licence),
        watches=tuple(_watch(entry) for entry in checked.watch),
        channels=tuple(checked.channel),
        webhooks=tuple(checked.webhook),
        lexicon=checked.lexicon,
        words=tuple(_own_words(chosen.name, checked)),
    )


def has_settings(environment: Mapping[str, str] | None = None) -> bool:
    """Whether there is a settings file that `load_settings` would read without being told which."""
    environment = os.environ if environment is None else environment
    return CONFIG_VARIABLE in environment or Path(DEFAULT_FILE).exists()


def _watch(entry: WatchSettings) -> Watch:
    dumped = entry.model_dump(exclude={"aliases", "verbs", "nouns"})
    lists = {key: tuple(value) for key, value in dumped.items() if isinstance(value, list)}
    return Watch(**{**dumped, **lists, "instant_status": Status(entry.instant_status)})


def checked_watch(fields: Mapping[str, Any]) -> Watch:
    """The watch that fields such as those of a [[watch]] table describe. Raises SettingsError with every mistake."""
    try:
        return _watch(WatchSettings.model_validate(dict(fields)))
    except ValidationError as error:
        details = error.errors()
        at_fault = dict.fromkeys(str(detail["loc"][0]) for detail in details if detail["loc"])
        raise SettingsError("[[watch]]", [mistake(detail, {}) for detail in details], tuple(at_fault)) from error


def _own_words(file: str, checked: _File) -> Iterator[OwnWords]:
    """The words of [lexicon] and of each watch.

    The organisations of a watch are the matcher's business too: it knows a name that it is told better than one it must
    guess from its surroundings. Its people and its muted words only choose among what was found.
    """
    lexicon = checked.lexicon
    yield OwnWords(
        place=f"{file}: lexicon",
        organisations=tuple(lexicon.organisations),
        people=tuple(lexicon.people),
        muted=tuple(lexicon.muted),
        **_word_tables(lexicon),
    )
    for number, watch in enumerate(checked.watch, start=1):
        place = f"{file}: watch[{number}]"
        yield OwnWords(place=place, organisations=tuple(watch.organisations), **_word_tables(watch))


def _word_tables(section: LexiconSettings | WatchSettings) -> dict[str, Any]:
    return {
        name: {key: tuple(words) for key, words in getattr(section, name).items()}
        for name in ("aliases", "verbs", "nouns")
    }


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError(str(path), [phrase('no such file; "mercato init" writes one to fill in')]) from error
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), [phrase("is no text in UTF-8; save it so")]) from error
    except OSError as error:
        why = phrase("cannot be read: {why}; check its rights", why=error.strerror or error)
        raise SettingsError(str(path), [why]) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(path), [not_toml(error, text)]) from error


def _overlay(data: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Put MERCATO_SECTION_KEY variables over the keys of the file; unknown ones are left to other programs.

    Returns the variables by the keys that they gave.
    """
    given: dict[str, str] = {}
    for section, model in (
        ("storage", StorageSettings),
        ("crawl", CrawlSettings),
        ("mail", MailSettings),
        ("review", ReviewSettings),
        ("backup", BackupSettings),
        ("retention", RetentionSettings),
        ("log", LogSettings),
        ("service", ServiceSettings),
    ):
        for name, info in model.model_fields.items():
            key = info.alias or name
            variable = f"{_PREFIX}{section}_{key}".upper()
            if variable in environment and isinstance(data.setdefault(section, {}), dict):
                data[section][key] = environment[variable]
                given[f"{section}.{key}"] = variable
    if f"{_PREFIX}LANGUAGE" in environment:
        data["language"] = environment[f"{_PREFIX}LANGUAGE"]
        given["language"] = f"{_PREFIX}LANGUAGE"
    return given


def reader_language(environment: Mapping[str, str] | None = None, path: Path | None = None) -> str:
    """The language of the command line: $MERCATO_LANGUAGE, else that of the settings file (`path`, as `load_settings`
    finds it), else French.

    Never raises: help and error messages must be shown for a broken settings file too, so the file is only looked
    through for its line.
    """
    environment = os.environ if environment is None else environment
    given = environment.get(f"{_PREFIX}LANGUAGE")
    if given is None:
        chosen = path or Path(environment.get(CONFIG_VARIABLE) or DEFAULT_FILE)
        try:
            text = chosen.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            text = ""
        found = _LANGUAGE_LINE.search(_FIRST_TABLE.split(text, maxsplit=1)[0])
        given = found[1] if found else None
    return given if given in ("fr", "en") else "fr"
