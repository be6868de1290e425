"""Type faces: for each character the first face that draws it; what no face draws stops the paper."""

import io

import pypdfium2
import pytest
import uharfbuzz as hb
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from paper import faces
from paper.models import faces_digest, render_pdf, unprintable


def test_every_character_of_the_standard_list_comes_out():
    characters = faces.standard_characters()
    assert (len(characters), len(set(characters))) == (8105, 8105)
    assert unprintable(characters) == []


@pytest.mark.parametrize("family", list(faces.FACES))
def test_whatever_face_a_text_is_set_in_another_stands_in(family):
    rare = "喆堃䶮㛃𠮷"
    assert {faces.face_of(c, family) for c in rare} == {"MJ Rare"}
    assert faces.face_of("检", family) == ("MJ Song" if family == "MJ Rare" else family)


@pytest.mark.parametrize("family", list(faces.FACES))
def test_no_cut_face_maps_a_character_to_an_empty_outline(family):
    face = hb.Face(hb.Blob.from_file_path(str(faces.file_of(family))))
    font = hb.Font(face)
    assert [chr(c) for c in face.unicodes if not chr(c).isspace() and not faces.draws(font, chr(c))] == []


def a_face_with_a_trap():
    """A face that maps 䶮 to an empty outline, as some free faces do, and draws 一."""
    build = FontBuilder(1000, isTTF=True)
    build.setupGlyphOrder([".notdef", "one", "trap"])
    build.setupCharacterMap({ord("一"): "one", ord("䶮"): "trap"})
    pen = TTGlyphPen(None)
    pen.moveTo((100, 400))
    pen.lineTo((900, 400))
    pen.lineTo((900, 500))
    pen.closePath()
    build.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "one": pen.glyph(), "trap": TTGlyphPen(None).glyph()})
    build.setupHorizontalMetrics({name: (1000, 0) for name in (".notdef", "one", "trap")})
    build.setupHorizontalHeader(ascent=880, descent=-120)
    build.setupNameTable({"familyName": "Trap", "styleName": "Regular"})
    build.setupPost()
    out = io.BytesIO()
    build.save(out)
    return hb.Face(hb.Blob(out.getvalue()))


def test_the_map_alone_is_not_believed():
    font = hb.Font(a_face_with_a_trap())
    assert font.get_nominal_glyph(ord("䶮")), "the map says yes"
    assert [faces.draws(font, c) for c in "一䶮二"] == [True, False, False]


def test_a_rare_character_leaves_ink_on_the_paper():
    """The proof of the eye: each of them alone on a page makes it darker."""
    for character in "喆堃䶮㛃":
        document = pypdfium2.PdfDocument(render_pdf(f"<html lang='zh'><title>x</title><p>{character}</p></html>"))
        picture = document[0].render(scale=2, grayscale=True).to_pil().crop((150, 200, 500, 300))
        assert picture.getextrema()[0] < 60, character
        document.close()


def test_the_digest_names_the_faces():
    assert faces_digest() == faces.digest()
    assert faces_digest().startswith(f"{faces.CUT}-")
