"""From publications to the insert-only tables that mirror them."""

import hashlib
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventory.factors.publication import Publication
from inventory.factors.toml_file import PublicationError, parse_publication
from inventory.models import Factor, FactorSet

PUBLICATIONS = Path(__file__).parent / "data"


def published() -> list[tuple[Publication, bytes]]:
    """Every publication that comes with the platform, checked, and its file."""
    files = [(path.name, path.read_bytes()) for path in sorted(PUBLICATIONS.glob("*.toml"))]
    today = timezone.localdate()
    return [(parse_publication(content, name, today), content) for name, content in files]


def is_stored(publication: Publication, content: bytes) -> bool:
    """Whether the very same file is there already.

    Raises PublicationError where another content was published under the same id.
    """
    known = FactorSet.objects.filter(slug=publication.id).first()
    if known is not None and known.checksum != hashlib.sha256(content).hexdigest():
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
        checksum=hashlib.sha256(content).hexdigest(),
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
