"""Plain text as administrators type it."""

import pytest

from portal.templatetags.prose import prose


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("  \n ", ""),
        ("一段", "<p>一段</p>"),
        ("一\r\n二", "<p>一<br>二</p>"),
        ("一\n\n \n二", "<p>一</p>\n<p>二</p>"),
        ("- 甲\n- 乙", "<ul><li>甲</li><li>乙</li></ul>"),
        ("引言：\n- 甲\n結語", "<p>引言：</p><ul><li>甲</li></ul><p>結語</p>"),
        ("<i>&", "<p>&lt;i&gt;&amp;</p>"),
        ("- <img onerror=x>", "<ul><li>&lt;img onerror=x&gt;</li></ul>"),
        (
            "見 https://iclei.org/a?b=1&c=2",
            '<p>見 <a href="https://iclei.org/a?b=1&amp;c=2">https://iclei.org/a?b=1&amp;c=2</a></p>',
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ],
)
def test_paragraphs_lists_and_links(typed: str, shown: str) -> None:
    assert prose(typed) == shown
