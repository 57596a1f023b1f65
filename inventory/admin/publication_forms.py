"""The forms of a new factor set: its file, its confirmation, a tick with a why for each doubt."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import TextField
from inventory.factors.doubts import Doubt
from inventory.factors.publication import Publication
from inventory.factors.store import admit, check_title, is_stored
from inventory.factors.toml_text import MAX_BYTES, PublicationError

MAX_WHY = 500


class KeepsContent:
    """Has the bytes of a file."""

    file_content: bytes
    publication: Publication

    @property
    def kept(self) -> str:
        """The file's bytes as text, to come back with the confirmation."""
        return base64.b64encode(self.file_content).decode("ascii")


class PublicationForm(KeepsContent, forms.Form):
    """A TOML file; every refusal stands at the field, with file and line."""

    file = forms.FileField(
        label=gettext_lazy("係數版本檔（.toml）"),
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )

    def clean_file(self) -> Any:
        """Read no more than a set may have, and take nothing that is not a new set."""
        file = self.cleaned_data["file"]
        self.file_content = file.read(MAX_BYTES + 1)
        self.publication = read_new(self.file_content, file.name)
        return file


class ConfirmationForm(KeepsContent, forms.Form):
    """The very file that was shown, sent back by the button; it is checked once more."""

    name = forms.CharField(max_length=255)
    content = forms.CharField()

    def clean_content(self) -> bytes:
        """The file's bytes."""
        try:
            self.file_content = base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError(_("檔案內容不完整，請重新上傳。")) from error
        name = self.cleaned_data.get("name", "")
        self.publication = read_new(self.file_content, name)
        return self.file_content


def read_new(content: bytes, name: str) -> Publication:
    """The set in the file, which is not stored yet. Raises ValidationError."""
    try:
        publication = admit(content, name)
        if is_stored(publication, content):
            text = _("%(file)s：這一版已經在資料庫，內容完全相同。")
            raise ValidationError(text % {"file": name})
        check_title(publication)
    except PublicationError as refusal:
        raise ValidationError(str(refusal)) from refusal
    return publication


class DoubtsForm(forms.Form):
    """Every doubt is ticked for itself, and every tick says why."""

    def __init__(self, data: Any, doubts: list[Doubt]) -> None:
        super().__init__(data)
        self.doubts = doubts
        for doubt in doubts:
            self.fields[f"checked-{doubt.token}"] = forms.BooleanField(
                label=_("已查證無誤"), error_messages={"required": _("請逐項查證並勾選。")}
            )
            self.fields[f"why-{doubt.token}"] = TextField(
                label=_("理由"),
                max_length=MAX_WHY,
                error_messages={"required": _("請說明為什麼無誤。")},
            )

    def rows(self) -> Iterator[tuple[Doubt, forms.BoundField, forms.BoundField]]:
        """Each doubt with its tick and its why."""
        for doubt in self.doubts:
            yield doubt, self[f"checked-{doubt.token}"], self[f"why-{doubt.token}"]

    @property
    def reasons(self) -> dict[str, str]:
        """By the doubts' tokens, why each is right after all."""
        return {doubt.token: self.cleaned_data[f"why-{doubt.token}"] for doubt in self.doubts}
