"""Sheets for tests, made as offices make them: workbooks, documents, and what stands in them."""

import io
import zipfile
from xml.sax.saxutils import escape

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
PLAIN_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def saved(book):
    """The bytes of an openpyxl workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(*rows, change=None):
    """A workbook with the rows on one sheet; `change` is given the sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book.active)
    return saved(book)


def packed(parts):
    """A zip of the parts: name → text or bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def raw_workbook(
    rows, *, after="", before="", strict=False, formats=(), texts=None, properties="", sheet=None
):
    """An .xlsx written by hand: `rows` is the XML inside sheetData.

    `formats` are number formats of the styles 1, 2 …; `texts` the XML of the shared strings.
    """
    main = STRICT_MAIN if strict else MAIN
    relations = STRICT_RELATIONS if strict else PLAIN_RELATIONS
    related = {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("styles", "styles.xml")}
    if texts is not None:
        related["rId3"] = ("sharedStrings", "sharedStrings.xml")
    number_formats = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for n, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(formats)))
    parts = {
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}, relations),
        "xl/_rels/workbook.xml.rels": _relations(related, relations),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><workbookPr {properties}/><sheets>'
            '<sheet name="清單" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{main}"><numFmts>{number_formats}</numFmts>'
            f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>'
        ),
        "xl/worksheets/sheet1.xml": sheet
        or (f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'),
    }
    if texts is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{texts}</sst>'
    return packed(parts)


def _relations(targets, relations):
    inside = "".join(
        f'<Relationship Id="{key}" Type="{relations}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'


def text_row(number, *texts, attributes=""):
    """A row of inline strings, in XML."""
    cells = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
        for text in texts
    )
    return f'<row r="{number}" {attributes}>{cells}</row>'


SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def document(tables, styles=""):
    """An .ods with the XML of its tables."""
    names = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content})


def ods_row(*cells, attributes=""):
    """A row of a document: a text is a cell of text, a tuple is (attributes, text)."""
    inside = ""
    for cell in cells:
        given, text = cell if isinstance(cell, tuple) else ("", cell)
        shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n") if text)
        inside += f"<table:table-cell {given}>{shown}</table:table-cell>"
    return f"<table:table-row {attributes}>{inside}</table:table-row>"


def ods_table(*rows, name="清單", before="", attributes=""):
    """A table of a document."""
    inside = before + "".join(rows)
    return f'<table:table table:name="{name}" {attributes}>{inside}</table:table>'
