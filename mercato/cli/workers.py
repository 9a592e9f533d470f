"""The machines that share an archive: who does what, what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import typer

from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, local, note, table, utc_now
from mercato.i18n import mark
from scheduler.work import Task, Work
from storage import workers
from storage.engine import open_database
from storage.workers import WorkerRecord


def add_to(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("workers", help=mark("Who works on the archive, on which machine, and what waits."))(_workers)


def _workers(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    settings, say = desk(context).settings(config), desk(context).say
    if not settings.shares_work:
        note(say('One process does everything here (service.engine = "local"): there are no workers to list.'))
        return
    # Imported here: one machine alone needs neither the queue nor the package that it is made of.
    from scheduler.queue import SILENCE, standing  # noqa: PLC0415

    now = utc_now()
    with open_database(settings.database_url) as database, database.reading() as tx:
        known = workers.everyone(tx)
    queue = standing(settings.database_url)

    def alive(worker: WorkerRecord) -> bool:
        return (now - worker.seen).total_seconds() <= SILENCE

    if as_json:
        for worker in known:
            emit(_as_json(worker, alive(worker), queue.doing.get(worker.number, ())))
        emit({"waiting": dict(queue.waiting), "failed": dict(queue.failed)})
        return
    headings = [say("machine"), say("process"), say("jobs"), say("since"), say("state"), say("does")]
    table(headings, (_row(worker, alive(worker), queue.doing.get(worker.number, ()), say) for worker in known))
    typer.echo(say("Waiting: {jobs}").format(jobs=_listed(queue.waiting)))
    typer.echo(say("Failed in the last seven days: {jobs}").format(jobs=_listed(queue.failed)))


def _row(worker: WorkerRecord, alive: bool, doing: Iterable[Work], say: Callable[[str], str]) -> list[str]:
    state = say("at work") if alive else say("silent since {when}").format(when=_clock(worker.seen))
    work = ", ".join(sorted(one.name for one in doing)) or "–"
    return [worker.host, str(worker.pid), worker.queue, local(worker.began), state, work]


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")


def _listed(counts: Mapping[Task, int]) -> str:
    return ", ".join(f"{task} {count}" for task, count in counts.items()) or "–"


def _as_json(worker: WorkerRecord, alive: bool, doing: Iterable[Work]) -> dict[str, object]:
    return {
        "host": worker.host,
        "pid": worker.pid,
        "queue": worker.queue,
        "began": worker.began,
        "seen": worker.seen,
        "alive": alive,
        "doing": [{"task": str(one.task), "subject": one.subject} for one in doing],
    }
