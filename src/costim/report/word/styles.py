"""Page, styles, footer and properties of the Word file."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from costim.report.word.runs import element, field, run

TABLE_STYLE = "CostimTable"
TABLE_TEXT = "TableText"
HEADER_TEXT = "TableHeader"
SMALL_TABLE_TEXT = "TableTextSmall"
SMALL_HEADER_TEXT = "TableHeaderSmall"
PAGE_TURN = "PageTurn"
SMALL_PRINT = "Table Note"
WARNING = "Warning"
LINK_STYLE = "Hyperlink"
LABEL_STYLE = "CaptionLabel"

_FONT = "Arial"
"""A font of its width is on every machine (Liberation Sans, Helvetica), so that pages break alike."""
_PAGE = (Mm(210), Mm(297))
_MARGIN = Mm(20)
TEXT_WIDTH = _PAGE[0] - 2 * _MARGIN
TEXT_HEIGHT = _PAGE[1] - 2 * _MARGIN
_INK = RGBColor(0x1F, 0x2A, 0x37)
_LANGUAGES = {"en": "en-GB"}

# Rules above, below and under the header only, as in printed journals.
_TABLE_STYLE_XML = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE_STYLE}">
  <w:name w:val="Costim Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
  <w:tblPr>
    <w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="1F2A37"/>
      <w:bottom w:val="single" w:sz="8" w:space="0" w:color="1F2A37"/></w:tblBorders>
    <w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
      <w:bottom w:w="20" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>
    <w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="1F2A37"/></w:tcBorders></w:tcPr>
  </w:tblStylePr>
</w:style>"""


def set_page(section: Any, *, sideways: bool) -> None:
    """A4, upright or on its side, with the margins of the report."""
    width, height = reversed(_PAGE) if sideways else _PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = Mm(14) if sideways else _MARGIN
    section.header_distance = section.footer_distance = Mm(7) if sideways else Mm(10)


def set_styles(document: WordDocument, language: str) -> None:
    """Fonts, sizes, table style and language."""
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 20), ("Heading 1", 15), ("Heading 2", 12), ("Subtitle", 12), ("Caption", 9.5)):
        style = styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), _INK
        _drop_theme_fonts(style)
    styles["Caption"].font.bold = False
    styles["Caption"].paragraph_format.keep_together = True
    styles["Caption"].paragraph_format.space_before = Pt(8)
    styles["Caption"].paragraph_format.space_after = Pt(4)
    _add_paragraph_styles(styles)
    styles.element.append(parse_xml(_TABLE_STYLE_XML))
    styles.add_style(LABEL_STYLE, WD_STYLE_TYPE.CHARACTER).font.bold = True
    link = styles.add_style(LINK_STYLE, WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor(0x0B, 0x57, 0xA4), True
    _set_language(document, _LANGUAGES.get(language, language))


def _drop_theme_fonts(style: Any) -> None:
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _add_paragraph_styles(styles: Any) -> None:
    for name, size, bold in (
        (TABLE_TEXT, 8, False),
        (HEADER_TEXT, 8, True),
        (SMALL_TABLE_TEXT, 7, False),
        (SMALL_HEADER_TEXT, 7, True),
        (SMALL_PRINT, 8, False),
        (PAGE_TURN, 1, False),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.font.size, style.font.bold = Pt(size), bold
        style.paragraph_format.space_after = Pt(0)
    for name in (HEADER_TEXT, SMALL_HEADER_TEXT):
        styles[name].paragraph_format.keep_with_next = True
    # The paragraph that ends a run of pages must not need a page of its own.
    styles[PAGE_TURN].paragraph_format.line_spacing = Pt(1)
    styles[PAGE_TURN].paragraph_format.space_before = Pt(0)
    styles[SMALL_PRINT].paragraph_format.space_before = Pt(2)
    warning = styles.add_style(WARNING, WD_STYLE_TYPE.PARAGRAPH)
    warning.base_style = styles["Normal"]
    warning.paragraph_format.left_indent = Mm(3)
    side = element("left", val="single", sz=24, space=8, color="B45309")
    warning.element.get_or_add_pPr().insert_element_before(
        element("pBdr", (side,)), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )


def _set_language(document: WordDocument, language: str) -> None:
    for place in document.styles.element.xpath("//w:lang"):
        place.set(qn("w:val"), language)
    for place in document.settings.element.xpath("//w:themeFontLang"):
        place.set(qn("w:val"), language)


def set_footer(section: Any) -> None:
    """Page x of y, centred."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in (run("Page "), *field("PAGE", "1"), run(" of "), *field("NUMPAGES", "1")):
        paragraph._p.append(part)


def set_properties(document: WordDocument, title: str, language: str) -> None:
    """Title and language; no author, no date, no trace of the machine."""
    properties = document.core_properties
    for child in list(properties._element):
        properties._element.remove(child)
    properties.title = title[:255]
    properties.language = _LANGUAGES.get(language, language)
    properties.revision = 1
