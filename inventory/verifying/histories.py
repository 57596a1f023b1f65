"""What the database itself kept beside the rows: histories, references, guards.

Every row that has a history has to be what its last event says; nobody's row may refer to one
that is gone; every filing that was made when a year opened is still there; and the triggers and
constraints that the code knows are installed and on, for without them anything can be written.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Count, Field, ForeignKey, Model, Sum
from django.utils.translation import gettext as _

from inventory.models import OPENED, Filing, FilingEvent, FilingVersion, ReportingYear
from inventory.verifying.differences import Difference, as_text, field_name

APPS = ("accounts", "inventory")
FEW = 20  # rows that are named one by one


def our_models(labels: Iterable[str] = APPS) -> list[Any]:
    """Every model of these apps that has a table, histories included."""
    models = (model for label in labels for model in apps.get_app_config(label).get_models())
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def verify_histories() -> Iterator[Difference]:
    """Rows that are not what their history says, and filings that are gone since they were made."""
    for model in our_models():
        if "insert" in getattr(model, "pgh_event_models", {}):
            yield from _against_history(model)
    yield from _filings_are_gone()
    yield from _emptied()


def _against_history(model: Any) -> Iterator[Difference]:
    events = model.pgh_event_models["insert"]
    kept = {field.name for field in events._meta.concrete_fields}
    fields = [field for field in model._meta.concrete_fields if field.name in kept]
    for pk in _unlike_last_event(model, events, fields):
        row = model.objects.filter(pk=pk).first()
        event = events.objects.filter(pgh_obj_id=pk).order_by("-pgh_id").first()
        yield from _between(model, fields, row, event, pk)


def _unlike_last_event(model: Any, events: Any, fields: list["Field[Any, Any]"]) -> list[Any]:
    columns = [connection.ops.quote_name(str(field.column)) for field in fields]
    own = ", ".join(f"own.{column}" for column in columns)
    said = ", ".join(f"last.{column}" for column in columns)
    pk = connection.ops.quote_name(str(model._meta.pk.column))
    query = f"""
        SELECT COALESCE(own.{pk}, last.pgh_obj_id)
        FROM {model._meta.db_table} own
        FULL JOIN (
            SELECT DISTINCT ON (pgh_obj_id) * FROM {events._meta.db_table}
            ORDER BY pgh_obj_id, pgh_id DESC
        ) last ON last.pgh_obj_id = own.{pk}
        WHERE CASE
            WHEN own.{pk} IS NULL THEN last.pgh_label <> 'delete'
            ELSE last.pgh_id IS NULL OR last.pgh_label = 'delete'
                OR ({own}) IS DISTINCT FROM ({said})
        END
        ORDER BY 1
    """  # noqa: S608 - names of our tables
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [pk for (pk,) in cursor.fetchall()]


def _between(
    model: Any, fields: list["Field[Any, Any]"], row: Any, event: Any, pk: Any
) -> Iterator[Difference]:
    label, year = str(model._meta.verbose_name), row if isinstance(row, ReportingYear) else None
    owner = _owner(row or event, label, pk)
    number = year.year if year else None
    if event is None or row is None or event.pgh_label == "delete":
        stored, wanted = (
            _there(row),
            _there(event if event and event.pgh_label != "delete" else None),
        )
        yield Difference(owner, number, label, stored, wanted, _source(event, label))
        return
    for field in fields:
        own, said = getattr(row, field.attname), getattr(event, field.attname)
        if own != said:
            name = str(field.verbose_name)
            yield Difference(
                owner, number, name, as_text(own), as_text(said), _source(event, label)
            )


def _owner(row: Any, label: str, pk: Any) -> str:
    if isinstance(row, ReportingYear):
        return label
    name = next((getattr(row, one) for one in ("code", "username") if hasattr(row, one)), pk)
    return f"{label} {name}"


def _there(row: Any) -> str:
    return "" if row is None else _("有")


def _source(event: Any, label: str) -> str:
    if event is None:
        return _("%(what)s的異動紀錄") % {"what": label}
    return _("%(what)s的異動紀錄第 %(number)s 筆") % {"what": label, "number": event.pgh_id}


def _filings_are_gone() -> Iterator[Difference]:
    """Filings are never deleted, so a year has at least those that its opening tells of."""
    events: Any = ReportingYear.pgh_event_models["insert"]  # type: ignore[attr-defined]
    made: dict[int, int] = {}
    for event in events.objects.filter(pgh_label=OPENED):
        count = (event.pgh_context or {}).get("made", 0)
        made[event.year] = made.get(event.year, 0) + count
    filings = Filing.objects.order_by().values_list("year").annotate(Count("pk"))
    found: dict[int, int] = {year: count for year, count in filings}  # noqa: C416
    for year, wanted in sorted(made.items()):
        if found.get(year, 0) < wanted:
            label = str(Filing._meta.verbose_name)
            source = _("%(what)s的異動紀錄") % {"what": ReportingYear._meta.verbose_name}
            yield Difference(label, year, _("份數"), str(found.get(year, 0)), str(wanted), source)


def _emptied() -> Iterator[Difference]:
    """One sentence where a whole table was emptied, before each filing says what it lacks."""
    for model, counter in ((FilingVersion, "version"), (FilingEvent, "revision")):
        wanted = Filing.objects.aggregate(number=Sum(counter))["number"] or 0
        if wanted and not model.objects.exists():
            label = str(model._meta.verbose_name)
            source = _("各填報「%(column)s」之和") % {"column": field_name(Filing, counter)}
            yield Difference(label, None, _("列數"), "0", str(wanted), source)


def verify_references() -> Iterator[Difference]:
    """Rows that refer to a row that is not there: whoever deletes behind the guards leaves them."""
    for model in our_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and getattr(field, "db_constraint", True):
                yield from _dangling(model, field)


def _dangling(model: type[Model], field: "ForeignKey[Any, Any]") -> Iterator[Difference]:
    target, quote = field.related_model, connection.ops.quote_name
    pk, column = quote(str(model._meta.pk.column)), quote(str(field.column))
    query = f"""
        SELECT {pk}, {column}, count(*) OVER () FROM {model._meta.db_table} own
        WHERE {column} IS NOT NULL AND NOT EXISTS (
            SELECT FROM {target._meta.db_table} other
            WHERE other.{quote(str(field.target_field.column))} = own.{column}
        )
        ORDER BY 1 LIMIT {FEW}
    """  # noqa: S608 - names of our tables
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    source = str(target._meta.verbose_name)
    for number, key, _count in rows:
        owner = f"{model._meta.verbose_name} {number}"
        yield Difference(owner, None, str(field.verbose_name), str(key), "", source)
    if rows and rows[0][2] > FEW:
        more = _("另有 %(count)s 列") % {"count": rows[0][2] - FEW}
        owner = str(model._meta.verbose_name)
        yield Difference(owner, None, str(field.verbose_name), more, "", source)


def verify_guards(labels: Iterable[str] = APPS) -> Iterator[Difference]:
    """Triggers and constraints of these apps that are missing or switched off."""
    models = our_models(labels)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgenabled IN ('O', 'A')"
            " UNION ALL SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE convalidated AND conrelid <> 0"
            " UNION ALL SELECT indrelid::regclass::text, relname FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid AND indisunique"
        )
        on = set(cursor.fetchall())
    for model in models:
        table = model._meta.db_table
        for trigger in getattr(model._meta, "triggers", []):
            if (table, trigger.get_pgid(model)) not in on:
                yield _missing(model, _("觸發程序"), str(trigger.name))
        for constraint in model._meta.constraints:
            if (table, constraint.name) not in on:
                yield _missing(model, _("限制條件"), constraint.name)
    yield from _switched_off({model._meta.db_table: model for model in models})


def _switched_off(tables: dict[str, Any]) -> Iterator[Difference]:
    """Of foreign keys, which PostgreSQL keeps with triggers of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgisinternal AND tgenabled NOT IN ('O', 'A') ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            if table in tables:
                yield _missing(tables[table], _("限制條件"), _("外部索引鍵"))


def _missing(model: type[Model], kind: str, name: str) -> Difference:
    owner = str(model._meta.verbose_name)
    return Difference(owner, None, f"{kind} {name}", _("未啟用"), _("啟用"), _("平台的程式"))
