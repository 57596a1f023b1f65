"""The story of a filing as its events tell it; nothing here guesses from time stamps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.wording import labelled, listed, with_remark
from inventory.figures import figure
from inventory.lines import line_name
from inventory.models import FactorSet, Filing, FilingEvent
from inventory.states import Verb

FIGURES = ("own_kg", "outsourced_kg")
# What brings figures by somebody's hand.
FILLED_IN = (Verb.SAVE, Verb.COMPLETE, Verb.IMPORT)
# What an event says beside its reason, as it was said then.
TOLD_AS_THEY_ARE = {
    "document": gettext_lazy("公文文號"),
    "closed_on": gettext_lazy("裁撤或整併日"),
    "into": gettext_lazy("承接單位"),
    "from": gettext_lazy("併入的單位"),
    "under": gettext_lazy("上級機關"),
}


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
    moved += _arranged(event.details)
    if "along_with" in event.details:
        moved.append(_("隨 %(unit)s 一併改列") % {"unit": event.details["along_with"]})
    before, after = event.details.get("factor_set", (None, None))
    if before is not None:
        words = f"{titles.get(before, before)} → {titles.get(after, after)}"
        moved.append(labelled(_("係數版本"), words))
    if event.verb == Verb.RECOMPUTE and not event.details.keys() & set(FIGURES):
        moved.append(_("排放量沒有變動"))
    return moved


def _arranged(details: dict[str, Any]) -> list[str]:
    """What an administrator said of a unit, its part of the year and who fills in for whom."""
    told = []
    if "later" in details:
        told.append(_("以後開放的年度也照此"))
    for name, label in TOLD_AS_THEY_ARE.items():
        if details.get(name):
            told.append(labelled(str(label), details[name]))
    if "covers_until" in details:
        ends = (day or _("全年") for day in details["covers_until"])
        told.append(labelled(_("填報涵蓋至"), " → ".join(ends)))
    if "filed_for" in details:
        told.append(filled_in_words(details["filed_for"]))
    return told


def filled_in_words(filed_for: dict[str, str]) -> str:
    """Who filled in the form for another unit, and why where it has people of its own."""
    who = _("由 %(who)s 代填") % {"who": with_remark(filed_for["by"], filed_for["unit"])}
    return labelled(who, filed_for["why"]) if filed_for["why"] else who


def filled_in_by(filing: Filing, steps: Iterable[Step] | None = None) -> str:
    """That somebody filled in the filing's figures for its unit; "" where it did so itself.

    As the last save says. One query, none where its history is at hand.
    """
    if steps is not None:
        last = next((step.event for step in steps if step.event.verb in FILLED_IN), None)
    else:
        last = filing.events.filter(verb__in=FILLED_IN).order_by("-revision").first()
    filed_for = last.details.get("filed_for") if last is not None else None
    return filled_in_words(filed_for) if filed_for else ""


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
