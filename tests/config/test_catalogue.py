"""The English catalogue: complete, true to its placeholders, and compiled."""

import gettext
import re
from io import BytesIO

from tests.architecture.source import modules, name, templates
from tests.config.catalogue import CJK, MO, calls, compiled, messages, placeholders, said

QUOTED = re.compile(r'"[^"]*"')  # Chinese that has to be typed or found as it is
TRANSLATED = re.compile(
    r"{%-?\s*comment.*?endcomment\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{%\s*translate\s.*?%}|_\(\".*?\"\)|{#.*?#}",
    re.DOTALL,
)
OTHER_LANGUAGE = re.compile(r'lang="zh-Hant"[^>]*>[^<]*<')  # says that it is Chinese


def test_every_word_of_the_code_is_in_the_catalogue() -> None:
    known = messages()
    assert {key: where for key, where in said().items() if key not in known} == {}


def test_the_catalogue_has_no_word_that_nobody_says() -> None:
    words = said()
    assert [key for key in messages() if key not in words] == []


def test_everything_is_translated_and_nothing_is_a_guess() -> None:
    open_ = {key for key, one in messages().items() if not one.english or "fuzzy" in one.flags}
    assert open_ == set()


def test_the_catalogue_is_not_empty() -> None:
    assert len(messages()) > 500


def test_placeholders_survive() -> None:
    lost = {
        one.key: one.english
        for one in messages().values()
        if placeholders(one.english) != placeholders(one.texts["msgid"])
    }
    assert lost == {}


def test_the_english_is_english() -> None:
    left = {
        one.key: one.english
        for one in messages().values()
        if CJK.search(QUOTED.sub("", one.english))
    }
    assert left == {}


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with MO.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = {
        f"{context}\x04{words}" if context else words: one.english
        for (context, words), one in messages().items()
    }
    found = dict(compiled._catalog)  # type: ignore[attr-defined]
    assert found.pop("")
    assert found == written


def test_it_compiles_on_a_machine_without_gnu_gettext() -> None:
    with MO.open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    ours = gettext.GNUTranslations(BytesIO(compiled()))
    assert ours.charset() == theirs.charset()
    words, same = dict(ours._catalog), dict(theirs._catalog)  # type: ignore[attr-defined]
    assert words.pop("")
    assert same.pop("")
    assert words == same


def test_a_form_of_one_and_many_is_not_needed() -> None:
    """The code says numbers of things so that no language needs a plural."""
    assert [one.key for one in messages().values() if "msgid_plural" in one.texts] == []


def test_the_language_is_asked_when_words_are_shown_and_not_when_modules_load() -> None:
    early = [
        f"{name(path)}:{call.line}"
        for path in modules()
        for call in calls(path)
        if not call.is_late
    ]
    assert early == []


def test_templates_say_nothing_past_the_catalogue() -> None:
    """No words and no full-width punctuation outside {% translate %}."""
    left = [
        f"{name(path)}: {line.strip()}"
        for path in templates()
        if path.suffix == ".html"
        for text in [OTHER_LANGUAGE.sub("", TRANSLATED.sub("", path.read_text(encoding="utf-8")))]
        for line in text.splitlines()
        if CJK.search(line)
    ]
    assert left == []
