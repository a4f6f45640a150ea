"""Typst templates of this folder plus data in, PDF out: the same bytes on every machine."""

import json
import warnings
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

_TEMPLATES = Path(__file__).parent


@cache
def _compiler() -> Any:
    import typst  # 45 ms and 30 MB that a citizen's process never needs

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_TEMPLATES / "fonts"])
    return partial(typst.compile_with_warnings, root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def compile_pdf(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF of a template of this folder (``"poster.typ"``), which reads ``data`` with
    ``json(bytes(sys.inputs.data))``.

    Data reaches typst as JSON and never as source, so a name such as ``#read("…")`` is only text. The PDF is tagged
    and conforms to PDF/UA-1 (the template must set a title and alternative texts); it carries no time, so equal
    data give equal bytes. Safe to call from several threads: each call has a compiler of its own and shares only
    the fonts, which are read once. Raises ``typst.TypstError`` for a faulty template; typst's warnings (an unknown
    font, say) become Python warnings.
    """
    pdf: bytes
    pdf, remarks = _compiler()(
        _TEMPLATES / template,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    for remark in remarks:
        warnings.warn(remark, stacklevel=2)
    return pdf
