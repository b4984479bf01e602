"""Values of the domain for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from directory.identifiers import (
    USCC_ALPHABET,
    USCC_KINDS,
    USCC_PROVINCES,
    Prefix,
    new_number,
    uscc_check_character,
)

USCC_PREFIXES = sorted(first + second for first, seconds in USCC_KINDS.items() for second in seconds)


@st.composite
def usccs(draw: st.DrawFn, prefixes: list[str] = USCC_PREFIXES) -> str:
    """Valid unified social credit codes; the organisation code inside is random."""
    body = (
        draw(st.sampled_from(prefixes))
        + draw(st.sampled_from(sorted(USCC_PROVINCES)))
        + draw(st.text("0123456789", min_size=4, max_size=4))
        + draw(st.text(USCC_ALPHABET, min_size=9, max_size=9))
    )
    return body + uscc_check_character(body)


def numbers() -> st.SearchStrategy[str]:
    """Entry numbers and references in their canonical form."""
    return st.builds(
        lambda prefix, drawn: new_number(prefix, lambda _: drawn),
        st.sampled_from(Prefix),
        st.binary(min_size=7, max_size=7),
    )


# Any code point Python can hold, lone surrogates included, dense where text rules have an opinion.
hostile_texts = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cf", "Cc", "Co", "Mn", "Zs"]),
        st.sampled_from("微直播臺灣衞裏薴ａＢ①㈱½ﬁßİé\u0301ｶﾞ〇𠮷 ,，。abc123"),
    ),
    max_size=60,
)

chinese_words = st.text("微经济直播电商短视频工作室杭州北京店网络科技文化传媒平台", min_size=1, max_size=12)
