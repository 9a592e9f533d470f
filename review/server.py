"""uvicorn's wiring and nothing else: the page on its own, or beside the service in a thread."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from mercato.errors import ReviewError
from mercato.i18n import phrase
from review.app import build
from review.room import Room

_PATIENCE = 5  # seconds that a running answer has when the service stops


def address_of(listening: socket.socket) -> str:
    """The address at which people open the page."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 lets the system choose. Raises ReviewError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once only where the protocol is named; else each answer waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # At once, so that who is told the address can come while the page is still being made ready.
        listening.listen()
    except OSError as error:
        listening.close()
        raise ReviewError(
            phrase(
                "the review page cannot listen at {host}:{port}: {why}; choose another --port, or set "
                "[review] port; [review] enabled = false runs without the page",
                host=host,
                port=port,
                why=error.strerror,
            )
        ) from error
    return listening


def _server(room: Room) -> uvicorn.Server:
    # The lexicon is a million objects that stay: unfrozen, the collector walks through them all amid some answer, which
    # takes a fifth of a second.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        build(room),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_PATIENCE,
        limit_concurrency=100,
        lifespan="off",
    )
    return uvicorn.Server(config)


def serve(room: Room, listening: socket.socket) -> None:
    """Serve the page until SIGTERM or Ctrl-C."""
    _server(room).run(sockets=[listening])


@contextmanager
def serving(room: Room, listening: socket.socket) -> Iterator[None]:
    """Serve the page in a thread until the block ends."""
    server = _server(room)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="review")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
