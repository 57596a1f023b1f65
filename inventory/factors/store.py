"""From publications to the insert-only tables that mirror them."""

from pathlib import Path

from django.db import transaction

from inventory.factors.publication import Publication, PublicationError, read_publication
from inventory.models import Factor, FactorSet

PUBLICATIONS = Path(__file__).parent / "data"


def published() -> list[Publication]:
    """Every publication that comes with the platform, checked."""
    return [read_publication(path) for path in sorted(PUBLICATIONS.glob("*.toml"))]


@transaction.atomic
def store(publication: Publication) -> bool:
    """Mirror a publication; False where the very same one is there already.

    Raises PublicationError where another content was published under the same id.
    """
    known = FactorSet.objects.filter(slug=publication.id).first()
    if known is not None:
        if known.checksum != publication.checksum:
            raise PublicationError(
                f"{publication.id}: published with other content; a correction needs a new id"
            )
        return False
    factor_set = FactorSet.objects.create(
        slug=publication.id,
        title=publication.title,
        publisher=publication.publisher,
        source=publication.source,
        published=publication.published,
        gwp_basis=publication.gwp_basis,
        review_by=publication.review_by,
        note=publication.note,
        checksum=publication.checksum,
    )
    Factor.objects.bulk_create(_rows(factor_set, publication))
    return True


def _rows(factor_set: FactorSet, publication: Publication) -> list[Factor]:
    rows = []
    for row in publication.factors:
        potential = publication.potentials[row.gas]
        rows.append(
            Factor(
                factor_set=factor_set,
                line=row.line,
                name=row.name,
                year=row.year,
                unit=row.unit,
                gas=row.gas,
                value=row.value,
                gwp=potential.value,
                derivation=row.derivation,
                source=row.source,
                confidence=row.confidence,
                gwp_source=potential.source,
                gwp_confidence=potential.confidence,
            )
        )
    return rows
