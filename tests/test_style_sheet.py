"""모은 스타일이 쪽에 있는 것에는 그대로 듣고, 없는 것의 규칙만 빠지는지 봅니다."""

from __future__ import annotations

from pathlib import Path

import pytest
import style_sheet


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "sub" / "fonts").mkdir(parents=True)
    (tmp_path / "sub" / "fonts" / "a.woff2").write_bytes(b"\x00\x01font")
    return tmp_path


def bundle(static: Path, css: str, *texts: str) -> str:
    (static / "sub" / "a.css").write_text(css, "utf-8")
    return style_sheet.bundle(static, ["sub/a.css"], style_sheet.words_of(texts)).decode()


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".here{color:red}", ".here{color:red}"),
        (".gone{color:red}", ""),
        ("#gone{color:red}", ""),
        (".here, .gone{color:red}", ".here{color:red}"),
        (".here.gone{color:red}", ""),
        ('p > a[href=".gone"]{color:red}', 'p > a[href=".gone"]{color:red}'),
        (".here:not(.gone){color:red}", ".here:not(.gone){color:red}"),
        (":is(.here, .gone){color:red}", ":is(.here, .gone){color:red}"),
        ("@media print{.here{a:b}.gone{a:b}}", "@media print{.here{a:b}}"),
        ("@media print{.gone{a:b}}", ""),
        ("@keyframes turn{to{top:0}}", ""),
    ],
)
def test_only_rules_that_can_match_remain(static: Path, css: str, kept: str):
    assert bundle(static, css, '<p class="here">') == kept


def test_keyframes_remain_where_a_rule_plays_them(static: Path):
    css = "p{animation:turn 1s}@keyframes turn{to{top:0}}"
    assert "@keyframes turn" in bundle(static, css, "<p>")


def test_addresses_still_lead_to_their_files(static: Path):
    css = bundle(static, 'p{background:url(fonts/a.woff2)}a{background:url("../b.svg")}', "<p>")
    assert 'url("sub/fonts/a.woff2")' in css
    assert 'url("b.svg")' in css


@pytest.mark.parametrize(("called", "kept"), [("Other", 0), ("Mine", 1)])
def test_a_face_remains_only_where_a_rule_calls_it(static: Path, called: str, kept: int):
    css = f"@font-face{{font-family:Mine;src:url(fonts/a.woff2)}}p{{font-family:{called}}}"
    found = bundle(static, css, "<p>")
    assert found.count("@font-face") == kept


def test_only_variables_that_something_calls_remain(static: Path):
    css = (
        ":root{--a:1px;--b:var(--a);--c:2px;--d:3px;--e:url('x;y')}p{top:var(--d)}"
        "@media print{:root{--c:4px}}"
    )
    found = bundle(static, css, '<p style="left:var(--b)">')
    assert "--a:1px" in found
    assert "--b:var(--a)" in found
    assert "--d:3px" in found
    assert "--c" not in found
    assert 'x;y")' in found


def test_fonts_can_travel_inside_the_sheet(static: Path):
    css = style_sheet.inline_fonts('p{src:url("sub/fonts/a.woff2")}', static)
    assert css == 'p{src:url("data:font/woff2;base64,AAFmb250")}'


def test_unreadable_style_names_file_and_line(static: Path):
    with pytest.raises(ValueError, match=r"sub/a\.css:2: "):
        bundle(static, "p{}\n}", "<p>")
