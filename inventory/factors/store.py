"""From publications to the insert-only tables that mirror them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventory.factors.judging import parse_publication
from inventory.factors.publication import Publication
from inventory.factors.toml_file import read_publication
from inventory.factors.toml_text import PublicationError
from inventory.models import Factor, FactorSet

PUBLICATIONS = Path(__file__).parent / "data"
JUDGED = "SHA256SUMS"


def published() -> list[tuple[Publication, bytes]]:
    """Every publication that comes with the platform, admitted, and its file."""
    files = [(path.name, path.read_bytes()) for path in sorted(PUBLICATIONS.glob("*.toml"))]
    return [(admit(content, name), content) for name, content in files]


def admit(content: bytes, name: str) -> Publication:
    """The set in a file that is not stored yet, judged. Raises PublicationError.

    Of files that were judged when the platform was released with them, the checksums stand beside
    them (in the form of `sha256sum`). The form has gone on since; they are complete for what it
    asked then, on a new site as on one that stored them in time.
    """
    if _checksum(content) in _judged():
        return read_publication(content, name)
    return parse_publication(content, name, timezone.localdate())


def _judged() -> set[str]:
    lines = (PUBLICATIONS / JUDGED).read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines}


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def load() -> Iterator[tuple[str, bool]]:
    """Store what comes with the platform and is not stored; each file's name, and if it was new.

    What is stored is not read again. Raises PublicationError.
    """
    for path in sorted(PUBLICATIONS.glob("*.toml")):
        content = path.read_bytes()
        is_known = FactorSet.objects.filter(checksum=_checksum(content)).exists()
        yield path.stem, not is_known and store(admit(content, path.name), content)


def is_stored(publication: Publication, content: bytes) -> bool:
    """Whether the very same file is there already.

    Raises PublicationError where another content was published under the same id.
    """
    known = FactorSet.objects.filter(slug=publication.id).first()
    if known is not None and known.checksum != _checksum(content):
        why = _("%(id)s 已以其他內容發布過；更正請用新的 id。") % {"id": publication.id}
        raise PublicationError(why)
    return known is not None


@transaction.atomic
def store(publication: Publication, content: bytes, *, by: User | None = None) -> bool:
    """Mirror a publication; False where the very same one is there already.

    `content` is the file it was read from. Raises PublicationError where another content was
    published under the same id.
    """
    if is_stored(publication, content):
        return False
    factor_set = FactorSet.objects.create(
        slug=publication.id,
        title=publication.title,
        title_en=publication.title_en,
        publisher=publication.publisher,
        source=publication.source,
        published=publication.published,
        gwp_basis=publication.gwp_basis,
        usable_years=list(publication.years),
        review_by=publication.review_by,
        note=publication.note,
        note_en=publication.note_en,
        content=content.decode("utf-8"),
        checksum=_checksum(content),
        loaded_by=by,
    )
    Factor.objects.bulk_create(factor_rows(factor_set, publication))
    return True


def factor_rows(factor_set: FactorSet, publication: Publication) -> list[Factor]:
    """The rows of a publication, each with its gas's GWP; not saved."""
    rows = []
    for row in publication.factors:
        potential = publication.potential(row.gas)
        rows.append(
            Factor(
                factor_set=factor_set,
                line=row.line,
                name=row.name,
                name_en=row.name_en,
                year=row.year,
                unit=row.unit,
                gas=row.gas,
                value=row.value,
                gwp=potential.value,
                derivation=row.derivation_text,
                source=row.source,
                page=row.page,
                confidence=row.confidence,
                gwp_source=potential.source,
                gwp_page=potential.page,
                gwp_confidence=potential.confidence,
            )
        )
    return rows
