"""The story of a filing as its events tell it; nothing here guesses from time stamps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.wording import labelled, listed, with_remark
from inventory.figures import figure
from inventory.lines import line_name
from inventory.models import FactorSet, Filing, FilingEvent
from inventory.states import Verb

FIGURES = ("own_kg", "outsourced_kg")


@dataclass(frozen=True, slots=True)
class Step:
    """One event in words: what was done, why, at which lines, and what it moved."""

    event: FilingEvent
    what: str
    lines: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def by(self) -> User:
        return self.event.by

    @property
    def version(self) -> int:
        return self.event.version

    @property
    def reason(self) -> str:
        return self.event.reason

    @property
    def sentence(self) -> str:
        """Who did it, when, what and why, for somebody who did not see it happen."""
        words = {"who": self._who, "when": _moment(self.at), "what": self.what}
        if not self.reason:
            return _("%(who)s於 %(when)s %(what)s。") % words
        reason = labelled(listed(self.lines), self.reason) if self.lines else self.reason
        return _("%(who)s於 %(when)s %(what)s，原因：%(reason)s") % {**words, "reason": reason}

    @property
    def _who(self) -> str:
        unit = self.by.unit
        return with_remark(self.by.username, unit.name if unit else _("平台管理者"))


def history_of(filing: Filing) -> list[Step]:
    """Everything that was done to the filing, newest first. Two queries."""
    return _steps(filing.events.order_by("-revision"))


def steps_since(filing: Filing, revision: int) -> list[Step]:
    """What was done after the revision that somebody saw, in the order in which it happened."""
    return _steps(filing.events.filter(revision__gt=revision).order_by("revision"))


def _steps(events: Iterable[FilingEvent]) -> list[Step]:
    found = list(events.select_related("by__unit"))  # type: ignore[attr-defined]
    slugs = {slug for event in found for slug in event.details.get("factor_set", []) if slug}
    titles = dict(FactorSet.objects.filter(pk__in=slugs).values_list("pk", "title"))
    return [
        Step(
            event,
            _what(event),
            tuple(line_name(line) for line in event.lines),
            tuple(_moved(event, titles)),
        )
        for event in found
    ]


def _what(event: FilingEvent) -> str:
    if "extended_to" in event.details:  # not where only the reason of an extension is another
        return _("展延期限至 %(day)s") % {"day": event.details["extended_to"][1]}
    if event.verb == Verb.KEEP_PUBLIC:
        return _("截止時的第 %(version)s 版維持公開") % {"version": event.version}
    return str(Verb(event.verb).label)


def _moved(event: FilingEvent, titles: dict[str, str]) -> list[str]:
    """The figures that the verb moved, and the factor set where it is another than before."""
    moved = []
    for name in FIGURES:
        if name in event.details:
            before, after = event.details[name]
            label = str(Filing._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            moved.append(labelled(label, f"{figure(before)} → {figure(after)}"))
    before, after = event.details.get("published_version", (None, None))
    if after is not None:
        numbers = (
            _("第 %(version)s 版") % {"version": one} if one else _("（無）")
            for one in (before, after)
        )
        moved.append(labelled(_("公開的版次"), " → ".join(numbers)))
    if "parent" in event.details:
        moved.append(labelled(_("上級機關"), " → ".join(event.details["parent"])))
    if "along_with" in event.details:
        moved.append(_("隨 %(unit)s 一併改列") % {"unit": event.details["along_with"]})
    before, after = event.details.get("factor_set", (None, None))
    if before is not None:
        words = f"{titles.get(before, before)} → {titles.get(after, after)}"
        moved.append(labelled(_("係數版本"), words))
    if event.verb == Verb.RECOMPUTE and not event.details.keys() & set(FIGURES):
        moved.append(_("排放量沒有變動"))
    return moved


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
