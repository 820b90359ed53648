"""PDF through PDFium: text page by page, scans told from text, giants bounded."""

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium

from contentkit.filetext.result import Collector, FileState, Limits, Unreadable

# POLICY section 4: fewer characters than this and one image over this share of the page
_FEW_CHARACTERS = 20
_LARGE_IMAGE = 0.6
_MAX_OBJECTS = 200  # a page of a scan has few; more are drawings


def read_pdf(data: bytes, out: Collector, limits: Limits) -> tuple[int, int]:
    """Read a PDF into `out`; return its pages and how many of those read are scans."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise Unreadable(
                FileState.ENCRYPTED, "the PDF asks for a password"
            ) from error
        raise Unreadable(FileState.DAMAGED, f"PDF: {error}") from error
    try:
        pages = len(document)
        scanned = 0
        for number in range(min(pages, limits.pages)):
            if out.is_full:
                break
            scanned += _read_page(document, number, out)
        if pages > limits.pages:
            out.stop(f"{limits.pages:,} of {pages:,} pages")
        return pages, scanned
    finally:
        document.close()


def _read_page(document: pypdfium2.PdfDocument, number: int, out: Collector) -> bool:
    """Take the text of a page; return whether it is a scan."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return False  # a page that is not there, in a file that else is
    try:
        text_page = page.get_textpage()
        text = text_page.get_text_bounded() or ""
        text_page.close()
        for line in text.replace("\ufffe", "-").splitlines():
            out.line(line)
        return len("".join(text.split())) < _FEW_CHARACTERS and _has_large_image(page)
    except pypdfium2.PdfiumError:
        return False
    finally:
        page.close()


def _has_large_image(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    size = max(width * height, 1.0)
    sides = [ctypes.c_float() for _ in range(4)]
    for number in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        if not pdfium.FPDFPageObj_GetBounds(item, *sides):
            continue
        left, bottom, right, top = (side.value for side in sides)
        if abs(right - left) * abs(top - bottom) / size > _LARGE_IMAGE:
            return True
    return False
