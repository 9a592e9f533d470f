"""The usual attacks on a web page, each refused: the table of docs/reference/review.md, line by line."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from fastapi import FastAPI
from hostile_articles import MARKER, PAYLOADS, hostile_articles, save_hostile
from pyarrow import parquet
from review_site import served, settings

from mercato.cli.page import room
from mercato.errors import SettingsError
from mercato.model import Verdict
from review.app import build
from review.doors import make_password, make_token
from review.forms import local_path, place_of
from review.guard import MOST_BODY
from scheduler.jobs import open_newsroom
from storage import verdicts

pytestmark = pytest.mark.slow

STORY = f"{0:016x}"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(settings(tmp_path_factory.mktemp("hostile"))) as (news, address):
        with news.database.writing() as tx:
            save_hostile(tx)
        yield address


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=30) as opened:
        yield opened


KEEP = {"act": "keep", "next": "/"}
FORMS = (
    *(f"/stories/{STORY}/rulings", "/undo", "/language", "/login", "/logout", "/sources", "/sources/preview"),
    *("/sources/hostile-1/pause", "/sources/hostile-1/resume", "/sources/hostile-1/remove", "/watches"),
    *("/watches/remove", "/searches", "/searches/remove"),
)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"}, {"Origin": "null"}, {"Origin": "http://ailleurs.example"}])  # fmt: skip
@pytest.mark.parametrize("path", FORMS)
def test_forged_forms_are_refused(client: httpx.Client, headers: dict[str, str], path: str) -> None:
    assert client.post(path, data=KEEP, headers=headers).status_code == 403


def test_nothing_is_changed_by_looking(client: httpx.Client) -> None:
    assert client.get(f"/stories/{STORY}/rulings", params=KEEP).status_code == 405
    for path in set(FORMS) - {"/login", "/sources", "/watches"}:
        assert client.get(path).status_code in (404, 405), path


@pytest.mark.parametrize("host", ["ailleurs.example", "ailleurs.example:80", "127.0.0.1.ailleurs.example", "[", ""])
def test_other_hosts_are_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fpyproject.toml",
        "/static//etc/passwd",
        "/articles/..%2f..%2fetc%2fpasswd/raw",
        "/digests/..%2f..%2fmercato.db/html",
        "/stories/..%2f..%2f",
    ],
)
def test_no_way_leads_out_of_the_page(site: str, path: str) -> None:
    # By hand: clients tidy such paths up before they send them.
    host, _, port = site.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"root:" not in answer


FIELDS = ("q", "outlet", "firm", "person", "status", "verdict", "from", "to", "amount", "before", "story")
INJECTIONS = (
    *("' OR 1=1 --", '"; DROP TABLE stories; --', "NEAR(a b)", 'a" OR "b', "* ^ -a", "\x00"),
    *("%27", "💥" * 20, ":*&!|("),
)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "1e9", "-1"])
def test_dates_that_make_no_sense_are_left_out(client: httpx.Client, day: str) -> None:
    for path in ("/archive", "/flows", "/flows.svg", "/months.csv", "/export/stories.csv", "/stories.atom"):
        for field in ("from", "to"):
            assert client.get(path, params={field: day}).status_code == 200, (path, field)


@pytest.mark.parametrize("text", INJECTIONS)
def test_filters_take_any_text_for_text(client: httpx.Client, text: str) -> None:
    asked = dict.fromkeys(FIELDS, text)
    for path in ("/archive", "/", "/flows", "/export/stories.jsonl"):
        assert client.get(path, params=asked).status_code == 200
    for field in FIELDS:
        assert client.get("/archive", params={field: text}).status_code == 200
    assert client.get("/api/v1/stories").json()["stories"], "nothing was dropped"


def test_oversize_bodies_and_addresses_are_refused(client: httpx.Client) -> None:
    path = f"/stories/{STORY}/rulings"
    assert client.post(path, content=b"a" * (MOST_BODY + 1), headers=OURS).status_code == 413
    assert client.get("/archive", params={"q": "a" * 5_000}).status_code == 414
    many = "&".join(f"f{number}=1" for number in range(1_000))
    assert client.post(path, content=many, headers=OURS).status_code == 400

    def drip() -> Iterator[bytes]:
        yield from (b"a" * 1_000 for _ in range(MOST_BODY // 1_000 + 2))

    assert client.post(path, content=drip(), headers=OURS).status_code == 413


@pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "\\\\x",
    "javascript:alert(1)", "/\tx", "/ x\r\nSet-Cookie: a=b", "", "x"])  # fmt: skip
def test_no_form_leads_elsewhere(client: httpx.Client, target: str) -> None:
    answer = client.post("/language", data={"language": "fr", "next": target}, headers=OURS)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert local_path(target) == "/"


def test_acts_that_make_no_sense_are_refused(client: httpx.Client) -> None:
    path = f"/stories/{STORY}/rulings"
    wrong = [
        {"act": "delete"},
        {"act": "reject"},
        {"act": "reject", "cause": "because"},
        {"act": "merge", "value": "nowhere"},
        {"act": "split", "value": "nowhere"},
        {"act": "correct", "amount": "beaucoup"},
        {"act": "correct", "status": "sure"},
    ]
    assert [client.post(path, data=fields, headers=OURS).status_code for fields in wrong] == [400] * len(wrong)
    dossier = str(client.base_url.join(f"/stories/{STORY}?x=1"))
    shown = client.post(path, data=wrong[3], headers=OURS | {"Referer": dossier})
    assert "«\u00a0nowhere\u00a0»\u00a0: cette affaire n’existe pas" in shown.text
    assert f'<a href="/stories/{STORY}?x=1">' in shown.text
    foreign = client.post(path, data=wrong[3], headers=OURS | {"Referer": "https://ailleurs.example/x"})
    assert "ailleurs" not in foreign.text
    assert client.post("/stories/nowhere/rulings", data=KEEP, headers=OURS).status_code == 404


def test_a_tried_feed_leads_into_no_private_network(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.2)
        port = inside.getsockname()[1]
        for url in (f"http://127.0.0.1:{port}/feed", f"http://localhost:{port}/feed"):
            answer = client.post("/sources/preview", data={"url": url}, headers=OURS)
            assert answer.status_code == 200
            assert 'class="notice"' in answer.text
            assert "réseau privé" in answer.text, "said in the reader's language"
        with pytest.raises(TimeoutError):
            inside.accept()


def test_what_people_name_is_text_too(client: httpx.Client) -> None:
    for payload in PAYLOADS:
        name = payload.encode("utf-8", "replace").decode()
        kept = client.post("/searches", data={"name": name, "q": name, "firm": name}, headers=OURS)
        assert kept.status_code in (303, 400, 413)
        fields = {"name": name, "organisations": name, "people": name, "muted": name}
        assert client.post("/watches", data=fields, headers=OURS).status_code in (303, 400, 413)
        asked = {key: value[:500] for key, value in fields.items()}
        assert client.get("/watches", params={**asked, "try": "1"}).status_code in (200, 414)
    for path in ("/archive", "/watches", "/", "/flows?sector=%3Cscript%3E&country=%27"):
        text = client.get(path).text
        assert f"<script>window.{MARKER}" not in text
        assert "<img src=x" not in text
        assert "\u202e" not in text


PAGES = ("/", "/archive", "/flows", "/sources", "/watches", "/digests", "/quality", "/help")


def test_every_answer_keeps_browsers_strict(client: httpx.Client) -> None:
    for path in (*PAGES, "/nowhere", "/static/page.js", "/api/v1/stories", "/stories.atom", "/flows.svg"):
        headers = client.get(path).headers
        assert "'unsafe-inline'" not in headers["content-security-policy"].replace("style-src 'unsafe-inline'", "")
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


async def _asked(app: FastAPI, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path)


@pytest.mark.parametrize("path", ["/breaks", "/api/breaks"])
def test_a_mistake_of_ours_is_told_as_one_and_keeps_browsers_strict(tmp_path: Path, path: str) -> None:
    def breaks() -> None:
        raise ArithmeticError

    with open_newsroom(settings(tmp_path)) as news:
        app = build(room(news))
        app.add_api_route("/breaks", breaks)
        app.add_api_route("/api/breaks", breaks)
        answer = asyncio.run(_asked(app, path))
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if path.startswith("/api/"):
        assert answer.json() == {"detail": "Internal Server Error"}
    else:
        assert "le journal du serveur dit laquelle" in answer.text


def test_whoever_asks_for_headers_alone_gets_those_of_the_page(client: httpx.Client) -> None:
    for path in ("/", "/archive", "/static/page.js", "/flows.csv", "/api/v1/stories"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path
        assert answer.headers["content-type"] == client.get(path).headers["content-type"]
    assert client.head("/nowhere").status_code == 404
    refused = client.delete("/archive", headers=OURS)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


def test_refusals_before_any_page_are_told_in_the_language_of_the_settings(client: httpx.Client) -> None:
    assert "Ajoutez-le à [review] hosts" in client.get("/", headers={"Host": "ailleurs.example"}).text
    assert "Seule une page de Mercato" in client.post("/undo", data=KEEP).text


def test_hostile_text_is_text_in_every_answer(client: httpx.Client) -> None:
    paths = [*PAGES, *(f"/?story={n:016x}" for n in range(100)), *(f"/stories/{n:016x}" for n in range(100))]
    paths += [f"/articles/{article.id}" for article, _ in hostile_articles()]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        for trace in (
            f"<script>window.{MARKER}",
            "<img src=x",
            "<svg onload",
            "<iframe srcdoc",
            "<base",
            "\u202e",
            "\x1b",
        ):
            assert trace not in answer.text, (path, trace)
        assert 'href="javascript:' not in answer.text


def test_exports_are_whole_and_inert(client: httpx.Client) -> None:
    rows = list(csv.reader(io.StringIO(client.get("/export/stories.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 101
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert len([json.loads(line) for line in client.get("/export/stories.jsonl").text.split("\n") if line]) == 100
    feed = ET.fromstring(client.get("/stories.atom").content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 50
    table = parquet.read_table(io.BytesIO(client.get("/export/stories.parquet").content))
    assert table.num_rows == 100
    assert len(client.get("/api/v1/stories", params={"limit": 500}).json()["stories"]) == len(PAYLOADS) * 5


def test_tables_of_pictures_are_inert(client: httpx.Client) -> None:
    for path in ("/flows.csv", "/months.csv", "/speeds.csv"):
        rows = list(csv.reader(io.StringIO(client.get(path).text.removeprefix("\ufeff"))))
        assert len(rows) > 0, path
        assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))], path


def test_pictures_hold_no_script_and_lead_nowhere_else(client: httpx.Client) -> None:
    for path in ("/flows.svg", "/months.svg"):
        for element in ET.fromstring(client.get(path).content).iter():
            assert element.tag.rpartition("}")[2] not in {"script", "foreignObject", "iframe", "image"}, path
            for name, value in element.attrib.items():
                assert not name.startswith("on"), path
                if name.endswith("href"):
                    assert value.startswith(("/", "#")), path
    for path in ("/flows.png", "/months.png"):
        assert client.get(path).content.startswith(b"\x89PNG")


def test_feeds_lead_nowhere_that_runs(client: httpx.Client) -> None:
    feed = ET.fromstring(client.get("/stories.atom").content)
    links = [element.get("href", "") for element in feed.iter("{http://www.w3.org/2005/Atom}link")]
    assert links
    assert {link.partition(":")[0] for link in links} <= {"http", "https"}
    assert not [text for text in feed.itertext() if "\x1b" in text or "\u202e" in text]


def test_the_api_tells_hostile_text_as_data(client: httpx.Client) -> None:
    for path in ("/api/v1/stories", "/api/v1/search?q=corvex", "/api/v1/rulings", "/export/labels.jsonl"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "html" not in answer.headers["content-type"], path
        assert answer.headers["x-content-type-options"] == "nosniff", path


def test_places_in_lists_are_read_without_trust() -> None:
    assert place_of("2026-03-18T09:30:00Z~abc") is not None
    for text in (None, "", "~", "2026-03-18T09:30:00~abc", "9999-99-99~a", "0001-01-01T00:00:00+23:59~a", "x~y"):
        assert place_of(text) is None


def test_nobody_listens_elsewhere_without_a_lock(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="set a password"), served(settings(tmp_path, host="0.0.0.0")):
        raise AssertionError("served without a lock")


def test_a_password_keeps_others_out_and_tries_are_slowed(tmp_path: Path) -> None:
    token, digest = make_token()
    with served(settings(tmp_path, password=make_password("sésame"), tokens=[digest])) as (news, address):
        with news.database.writing() as tx:
            save_hostile(tx)
        with httpx.Client(base_url=address, headers=OURS) as client:
            for path in (*PAGES, f"/stories/{STORY}", "/api/v1/stories", "/export/stories.csv", "/stories.atom"):
                assert client.get(path).status_code in (303, 401), path
            assert client.post(f"/stories/{STORY}/rulings", data=KEEP).headers["location"] == "/login"
            door = client.get("/login")
            assert door.status_code == 200
            assert "<nav" not in door.text  # pages that cannot be had yet are not offered
            bearer = {"Authorization": f"Bearer {token}"}
            assert client.get("/api/v1/stories", headers=bearer).status_code == 200
            assert client.get("/api/v1/stories", headers={"Authorization": "Bearer other"}).status_code == 401
            assert client.get("/", headers=bearer).status_code == 303, "a token reads exports, it judges nothing"
            answer = client.post("/login", data={"password": "sésame"})
            cookie = answer.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie
            assert "Secure" not in cookie
            proxied = OURS | {"Origin": address.replace("http:", "https:")}  # as behind a proxy that speaks TLS
            answer = httpx.post(f"{address}/login", data={"password": "sésame"}, headers=proxied)
            assert "Secure" in answer.headers["set-cookie"]
            assert client.post(f"/stories/{STORY}/rulings", data=KEEP).headers["location"] == "/"
            client.post("/logout")
            assert client.get("/").status_code == 303
            tries = [client.post("/login", data={"password": "autre"}).status_code for _ in range(6)]
            assert tries == [403] * 5 + [429]
            assert client.post("/login", data={"password": "sésame"}).status_code == 429
        with news.database.reading() as tx:
            assert verdicts.standing(tx, STORY).verdict is Verdict.KEEP
            assert [ruling.by for ruling in verdicts.history(tx, STORY)] == ["owner"]


def test_the_door_leads_to_where_one_was_going_and_nowhere_else(tmp_path: Path) -> None:
    wanted = "/archive?q=d%C3%A9bauche&status=confirmed"
    field = '<form method="post" action="/login" class="slots"><input type="hidden" name="next" value="{}">'
    with (
        served(settings(tmp_path, password=make_password("sésame"))) as (_, address),
        httpx.Client(base_url=address, headers=OURS, follow_redirects=True) as client,
    ):
        assert field.format(html.escape(wanted)) in client.get(wanted).text
        wrong = client.post("/login", data={"password": "autre", "next": wanted})
        assert field.format(html.escape(wanted)) in wrong.text
        forged = client.get("/login", params={"next": "https://ailleurs.example/"})
        assert field.format("/") in forged.text
        inside = client.post("/login", data={"password": "sésame", "next": wanted})
        assert str(inside.url).removeprefix(address) == wanted


def test_every_change_leaves_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        served(settings(tmp_path)) as (_, address),
        caplog.at_level(logging.INFO, "review"),
        httpx.Client(base_url=address, headers=OURS) as client,
    ):
        client.get("/sources")
        client.post("/searches", data={"name": "Veille", "q": "mercato"})
        client.post("/sources/x%0Aforged/pause")
    lines = [record.getMessage() for record in caplog.records if record.name == "review.doors"]
    assert lines == [
        "'local' asked the review page for POST /searches: 303",
        "'local' asked the review page for POST /sources/x%0Aforged/pause: 404",
    ]


def test_a_reverse_proxy_vouches_for_its_users(tmp_path: Path) -> None:
    with served(settings(tmp_path, user_header="X-Remote-User")) as (news, address):
        with news.database.writing() as tx:
            save_hostile(tx)
        with httpx.Client(base_url=address, headers=OURS) as client:
            assert client.get("/").status_code == 303
            known = {"X-Remote-User": "léa".encode()}
            assert client.get("/", headers=known).status_code == 200
            client.post(f"/stories/{STORY}/rulings", data=KEEP, headers=known)
        with news.database.reading() as tx:
            assert verdicts.history(tx, STORY)[0].by
