"""From publications to the insert-only tables that mirror them."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.wording import listed
from inventory.factors.corrections import Find, read_publication, stored_content
from inventory.factors.doubts import Doubt, doubts
from inventory.factors.judging import parse_publication
from inventory.factors.publication import Publication
from inventory.factors.toml_text import PublicationError
from inventory.models import CheckedDoubt, Factor, FactorSet

PUBLICATIONS = Path(__file__).parent / "data"
JUDGED = "SHA256SUMS"


def published() -> list[tuple[Publication, bytes]]:
    """Every publication that comes with the platform, admitted, and its file, named by its id.

    In the order in which they can be stored: what is corrected before what corrects it.
    """
    files = _shipped()
    found = [(admit(content, name, _content_of(files)), content) for name, content in files.items()]
    return _in_order(found)


def _shipped() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(PUBLICATIONS.glob("*.toml"))}


def _content_of(files: dict[str, bytes]) -> Find:
    """Finds a set that comes with the platform: the file has its id for a name."""
    return lambda slug: files.get(f"{slug}.toml")


def admit(content: bytes, name: str, find: Find = stored_content) -> Publication:
    """The set in a file that is not stored yet, judged. Raises PublicationError.

    Of files that were judged when the platform was released with them, the checksums stand beside
    them (in the form of `sha256sum`). The form has gone on since; they are complete for what it
    asked then, on a new site as on one that stored them in time.
    """
    if is_released(content):
        return read_publication(content, name, find)
    return parse_publication(content, name, timezone.localdate(), find)


def is_released(content: bytes) -> bool:
    """Whether the very file was judged, and looked into, for a release of the platform."""
    lines = (PUBLICATIONS / JUDGED).read_text(encoding="utf-8").splitlines()
    return checksum(content) in {line.split()[0] for line in lines}


def checksum(content: bytes) -> str:
    """SHA-256 of a file, as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()


def load() -> Iterator[tuple[str, bool]]:
    """Store what comes with the platform and is not stored; each file's name, and if it was new.

    What is stored is not read again. A file that was not released is refused for a doubt: those
    are looked into one by one where a set is uploaded. Raises PublicationError.
    """
    files = _shipped()
    stored = set(FactorSet.objects.values_list("checksum", flat=True))
    new = [name for name, content in files.items() if checksum(content) not in stored]
    found = [(admit(files[name], name, _content_of(files)), files[name]) for name in new]
    for name in files:
        if name not in new:
            yield name.removesuffix(".toml"), False
    for publication, content in _in_order(found):
        if not is_released(content):
            _check_undoubted(publication)
        yield publication.id, store(publication, content)


def _in_order(found: list[tuple[Publication, bytes]]) -> list[tuple[Publication, bytes]]:
    """What is corrected before what corrects it; a set that was read has no circle."""
    corrects = {one.id: one.corrects for one, _content in found}

    def depth(slug: str) -> int:
        return 1 + depth(corrects[slug]) if corrects.get(slug) else 0

    return sorted(found, key=lambda one: (depth(one[0].id), one[0].id))


def is_stored(publication: Publication, content: bytes) -> bool:
    """Whether the very same file is there already.

    Raises PublicationError where another content was published under the same id.
    """
    known = FactorSet.objects.filter(slug=publication.id).first()
    if known is not None and known.checksum != checksum(content):
        why = _("%(id)s 已以其他內容發布過；更正請用新的 id。") % {"id": publication.id}
        raise PublicationError(why)
    return known is not None


def check_title(publication: Publication) -> None:
    """Raises PublicationError where another set has the title, or the English one.

    However it is written: width, case and spaces tell no two sets apart for who reads them.
    """
    others = FactorSet.objects.exclude(slug=publication.id)
    mine = {_folded(title) for title in (publication.title, publication.title_en) if title}
    for slug, *titles in others.values_list("slug", "title", "title_en"):
        taken = next((title for title in titles if title and _folded(title) in mine), None)
        if taken is not None:
            why = _("另一版 %(id)s 的名稱已是「%(title)s」；名稱不能重複。")
            raise PublicationError(why % {"id": slug, "title": taken})


def _folded(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).casefold().split())


@transaction.atomic
def store(publication: Publication, content: bytes, *, by: User | None = None) -> bool:
    """Mirror a complete publication; False where the very same one is there already.

    `content` is the file it was read from. Raises PublicationError where another content was
    published under the same id, or another set under the same title.
    """
    if is_stored(publication, content):
        return False
    check_title(publication)
    factor_set = FactorSet.objects.create(
        slug=publication.id,
        title=publication.title,
        title_en=publication.title_en,
        publisher=publication.publisher,
        source=publication.source,
        published=publication.published,
        file_date=publication.file_date,
        corrects_id=publication.corrects or None,
        gwp_basis=publication.gwp_basis,
        usable_years=list(publication.years),
        review_by=publication.review_by,
        note=publication.note,
        note_en=publication.note_en,
        content=content.decode("utf-8"),
        checksum=checksum(content),
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
                is_biogenic=row.biogenic,
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


class UncheckedDoubts(PublicationError):
    """A set that nobody may store before these doubts are looked into."""

    def __init__(self, unchecked: list[Doubt]) -> None:
        self.unchecked = unchecked
        what = {"doubts": listed(doubt.text for doubt in unchecked)}
        super().__init__(_("有疑義尚未逐項確認：%(doubts)s") % what)


def doubts_about(publication: Publication) -> list[Doubt]:
    """The doubts about a complete set that is not stored yet, in the language of who asks."""
    return doubts(publication, factor_rows(FactorSet(slug=publication.id), publication))


@transaction.atomic
def store_checked(
    publication: Publication, content: bytes, *, reasons: Mapping[str, str], by: User
) -> None:
    """Store a set that somebody uploads, with what was doubted and why it is right after all.

    `reasons`: by a doubt's token, why; only who looked into a doubt has one. Raises
    UncheckedDoubts, and PublicationError as `store` does.
    """
    with override(settings.LANGUAGE_CODE):
        found = doubts_about(publication)
    given = {token: reason.strip() for token, reason in reasons.items() if reason.strip()}
    if any(doubt.token not in given for doubt in found):
        raise UncheckedDoubts([doubt for doubt in found if doubt.token not in given])
    store(publication, content, by=by)
    CheckedDoubt.objects.bulk_create(
        CheckedDoubt(
            factor_set_id=publication.id,
            doubt=doubt.text,
            reason=given[doubt.token],
            checked_by=by,
        )
        for doubt in found
    )


def _check_undoubted(publication: Publication) -> None:
    if found := doubts_about(publication):
        raise UncheckedDoubts(found)
