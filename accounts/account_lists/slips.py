"""Activation codes, and the slip of paper that brings one to its unit."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o, 1 i l
GROUPS, GROUP_LENGTH = 5, 4
BITS = math.log2(len(ALPHABET)) * GROUPS * GROUP_LENGTH  # 99


@dataclass(frozen=True, slots=True)
class Slip:
    """What a unit needs for its first sign-in. The code is kept nowhere else."""

    account: str
    county: str
    name: str
    code: str = field(repr=False)


def activation_code() -> str:
    """A random first password of 99 bits: `k7dm-3xq9-…`; the hyphens belong to it."""
    groups = range(GROUPS)
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in groups)


def slips_page(slips: Sequence[Slip]) -> str:
    """One page to print, a slip per unit; complete in itself, so that it can be kept offline.

    In Chinese, whatever language the administrator reads: the slips are for the units.
    """
    style = finders.find("css/slips.css")
    text = Path(style).read_text(encoding="utf-8") if isinstance(style, str) else ""
    context = {
        "slips": slips,
        # the project's own file, no input
        "style": SafeString(text),
        "site_owner": settings.SITE_OWNER,
    }
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("accounts/slips.html", context)
