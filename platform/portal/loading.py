"""The texts delivered with the platform: from fixtures/content/ into the database."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction

from accounts.models import County
from portal.models import Article, Download, Notice, Question, Showcase, Term

FOLDER = settings.BASE_DIR / "fixtures" / "content"
KINDS: dict[str, type[models.Model]] = {
    "notices": Notice,
    "showcases": Showcase,
    "terms": Term,
    "articles": Article,
    "questions": Question,
    "downloads": Download,
}


@transaction.atomic
def load(folder: Path = FOLDER) -> dict[str, int]:
    """Add every text that is not there yet and say how many of each kind.

    A row that exists is left as it is: an administrator may have changed it. To take a text off
    the site, switch 公開 off; a deleted one would come back. Raises ValidationError for a text
    that the model refuses, FileNotFoundError for a missing file; then nothing is added.
    """
    return {kind: _add(model, folder / f"{kind}.toml", folder) for kind, model in KINDS.items()}


def _add(model: type[models.Model], source: Path, folder: Path) -> int:
    rows = list(_new(model, source))
    for row in rows:
        fields = {name: _trimmed(value) for name, value in row.items()}
        if "file" in fields:
            path = folder / "files" / fields["file"]
            fields["file"] = ContentFile(path.read_bytes(), name=path.name)
        text = model(**fields)
        text.full_clean()
        text.save()
    return len(rows)


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _new(model: type[models.Model], source: Path) -> Iterator[dict[str, Any]]:
    """The texts of the file whose slug is not in the database, in the file's order."""
    known = set(model._default_manager.values_list("slug", flat=True))
    with source.open("rb") as file:
        rows = tomllib.load(file)["text"]
    for position, row in enumerate(rows, start=1):
        if row["slug"] not in known and _has_place(model, row):
            yield ({"order": position * 10} | row) if hasattr(model, "order") else row


def _has_place(model: type[models.Model], row: dict[str, Any]) -> bool:
    """A showcase waits for its county, and one that an administrator made stays the only one."""
    if model is not Showcase:
        return True
    return County.objects.filter(pk=row["county_id"], showcase=None).exists()
