"""Where a unit may stand in the tree."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Unit


def check_parent(unit: Unit) -> None:
    """Refuse a parent in another county and a parent that is the unit itself or below it.

    Raises ValidationError for the field `parent`. A unit that is not saved yet has nothing
    below it.
    """
    parent = unit.parent
    if parent is None:
        return
    if parent.county_id != unit.county_id:
        raise ValidationError({"parent": _("上級機關必須屬於同一縣市。")})
    passed: set[int] = set()
    while parent is not None and parent.pk not in passed:
        if parent.pk == unit.pk:
            raise ValidationError({"parent": _("上級機關不能是本單位或其所屬機關。")})
        passed.add(parent.pk)
        parent = parent.parent


def check_root(unit: Unit) -> None:
    """Refuse a second active unit without a parent: a county has one that is above all others.

    Raises ValidationError for the field `parent`.
    """
    if unit.parent_id is not None or not unit.is_active:
        return
    roots = Unit.objects.filter(county_id=unit.county_id, parent=None, is_active=True)
    root = roots.exclude(pk=unit.pk).first()
    if root is not None:
        names = {"county": unit.county, "unit": f"{root.code} {root.name}"}
        raise ValidationError(
            {"parent": _("%(county)s已經有最上層的機關（%(unit)s），請選擇上級機關。") % names}
        )


def check_children(unit: Unit) -> None:
    """Refuse to move a unit to another county while units below it stay in the old one.

    Raises ValidationError for the field `county`.
    """
    if unit.pk and unit.children.exclude(county_id=unit.county_id).exists():
        raise ValidationError({"county": _("所屬機關仍在原縣市，請先調整其上級機關。")})
