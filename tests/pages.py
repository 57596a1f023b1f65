"""Reading pages the way a browser does: what a form would send."""

from html.parser import HTMLParser

VOID_TYPES = {"submit", "button", "image", "reset", "file"}


class _Form(HTMLParser):
    """Collects the successful controls of one form."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.depth = form_id, False, 0
        self.fields: dict[str, str] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or "name" not in given:
            if tag == "option" and self.select and "selected" in given:
                self.fields[self.select] = given["value"]
            return
        name, kind = given["name"], given.get("type", "text")
        if tag == "select":
            self.select = name
            self.fields[name] = ""
        elif tag == "textarea":
            self.textarea = name
            self.fields[name] = ""
        elif tag == "input" and kind == "checkbox":
            if "checked" in given:
                self.fields[name] = given.get("value", "on")
        elif tag == "input" and kind not in VOID_TYPES:
            self.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] += data.removeprefix("\n")


def fields_of(html: str, form_id: str) -> dict[str, str]:
    """Names and values that the form with this id would send, without any button."""
    form = _Form(form_id)
    form.feed(html)
    return form.fields
