"""Reasons in the form: each belongs to what is found at its line, with the figures of then."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from inventory.entries.answers import Answer
from inventory.form.saved import ByLine
from inventory.lines import line_of
from inventory.models import Finding as StoredFinding
from inventory.models import Reason
from inventory.plausibility.findings import Finding, Key
from inventory.plausibility.reading import as_finding
from inventory.plausibility.wording import asking_for_reasons

Marks = frozenset[str]


class Reasons:
    """What is stored of a filing's reasons, and for which findings each was given."""

    def __init__(self, saved: ByLine, stored: Iterable[StoredFinding]) -> None:
        self.given = {
            key: (entries[0].reason, entries[0].reason_note) for key, entries in saved.items()
        }
        stored = [one for one in stored if one.asks]
        self.explained = _marks(as_finding(one) for one in stored if one.reason)
        self.stored = [as_finding(one) for one in stored]
        self.open = {(one.operation, one.line) for one in stored if not one.reason}

    @property
    def initial(self) -> dict[str, Any]:
        """What an unbound form is drawn with: a reason that does not explain what is found now,
        for a neighbouring year has changed since, is not offered as one that does.
        """
        values: dict[str, Any] = {"asked": self.told(self.stored)}
        for operation, line in self.open:
            values |= {f"{operation}-{line}-reason": "", f"{operation}-{line}-note": ""}
        return values

    def told(self, findings: Iterable[Finding]) -> str:
        """Which findings a page shows, in a hidden field."""
        return " ".join(
            f"{'-'.join(key)}:{_signature(marks)}"
            for key, marks in sorted(_marks(one for one in findings if one.asks).items())
        )

    def outdated(
        self, findings: Iterable[Finding], answers: Iterable[Answer], told: str
    ) -> list[Key]:
        """The lines whose stored reason was sent again for what it does not explain.

        Whoever was shown the finding and chose the same reason once more means it.
        """
        found = _marks(one for one in findings if one.asks)
        first = _first_answers(answers)
        return [
            key
            for key, marks in found.items()
            if key in first and first[key].reason
            if (first[key].reason, first[key].reason_note) == self.given.get("-".join(key))
            if not marks <= self.explained.get(key, frozenset())
            if f"{'-'.join(key)}:{_signature(marks)}" not in told.split()
        ]

    @staticmethod
    def without(answers: Iterable[Answer], key: Key) -> list[Answer]:
        """The answers without the reason at a line."""
        return [
            replace(one, reason="", reason_note="") if _key(one) == key else one for one in answers
        ]

    @staticmethod
    def demands(
        findings: Iterable[Finding], answers: Iterable[Answer]
    ) -> Iterator[tuple[str, str]]:
        """(field, message) for each line that has to be explained before it is completed."""
        first = _first_answers(answers)
        asked: dict[Key, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.asks and finding.key in first:
                asked[finding.key].append(finding)
        for key, some in asked.items():
            name, answer = "-".join(key), first[key]
            if not answer.reason:
                yield f"{name}-reason", asking_for_reasons(line_of(key[1]).label, some)
            elif answer.reason == Reason.OTHER and not answer.reason_note:
                yield f"{name}-note", _("原因選「其他」時，請簡要說明。")


def _key(answer: Answer) -> Key:
    return (answer.operation.value, answer.line)


def _first_answers(answers: Iterable[Answer]) -> dict[Key, Answer]:
    """The answer of each line that carries its reason."""
    first: dict[Key, Answer] = {}
    for answer in answers:
        first.setdefault(_key(answer), answer)
    return first


def _marks(findings: Iterable[Finding]) -> dict[Key, Marks]:
    """What is found at each line, with the figures that it is about."""
    found: dict[Key, set[str]] = defaultdict(set)
    for finding in findings:
        found[finding.key].add(f"{finding.kind.value} {finding.figures}")
    return {key: frozenset(marks) for key, marks in found.items()}


def _signature(marks: Marks) -> str:
    return hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()[:12]
