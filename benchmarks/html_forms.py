"""The forms of a page as a browser would send them: what is measured posts what people post."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = list[tuple[str, str]]
NEVER_SENT = {"submit", "button", "reset", "image", "file"}


@dataclass
class Form:
    """One form: its fields with what stands in them, and its named buttons."""

    action: str
    fields: Fields = field(default_factory=list)
    buttons: Fields = field(default_factory=list)

    def sent(self, changes: dict[str, str], button: tuple[str, str] | None = None) -> Fields:
        """The fields with these changes, sent with this button. A new name is added."""
        kept = [(name, value) for name, value in self.fields if name not in changes]
        return [*kept, *changes.items(), *([button] if button else [])]


def form_with(page: str, name: str, value: str | None = None) -> Form:
    """The form that has such a field or button. Raises LookupError where no form has."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        for sent_name, sent_value in (*form.fields, *form.buttons):
            if sent_name == name and value in (None, sent_value):
                return form
    raise LookupError(f"the page has no form with {name} {value or ''}".rstrip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select = ""  # the name of the list that is open
        self.area: list[str] | None = None  # what stands in the text area that is open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        if tag == "input" and name and given.get("type", "text") not in NEVER_SENT:
            if given.get("type") not in ("checkbox", "radio"):
                form.fields.append((name, given.get("value", "")))
            elif "checked" in given:
                form.fields.append((name, given.get("value", "on")))
        elif tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            form.fields.append((self.select, given.get("value", "")))
        elif tag == "textarea" and name:
            self.area = []
            form.fields.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None and self.forms:
            name, _empty = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, "".join(self.area).removeprefix("\n"))
            self.area = None
