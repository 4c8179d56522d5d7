"""Text from outside in other formats."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tui_ann.text.markup import html_text, latex_text, markdown_text

HOSTILE = "</script> {{x}} $a_b$ \\input{x} | `c` [l](u) & <b>\n# é"


def test_what_means_something_in_a_format_is_shown_as_it_is() -> None:
    assert markdown_text("a|b *c* <i> [d](e) $f$ \\ `g`") == r"a\|b \*c\* \<i\> \[d\](e) \$f\$ \\ \`g\`"
    assert html_text("<b> & \"c\" 'd'") == "&lt;b&gt; &amp; &quot;c&quot; &#x27;d&#x27;"
    assert latex_text("a_b & 50 % ü ½ 日 ŷ") == r"a\_b \& 50 \% u $\frac12$ ? $\hat y$"


@given(st.text() | st.just(HOSTILE))
def test_no_text_has_markup_or_a_line_break(text: str) -> None:
    shown = html_text(text)
    assert not set("<>\"'") & set(shown)
    for format in (html_text, markdown_text, latex_text):
        assert len(format(text).splitlines()) <= 1
    latex = latex_text(text)
    assert latex.isascii()
    assert not re.search(r"(?<!\\)[%&#_]", latex)
    assert not re.search(r"(?<!\\)[`*|<>\[\]$]", markdown_text(text).replace("\\\\", ""))
