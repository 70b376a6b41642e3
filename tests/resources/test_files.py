"""Files on a page: taken for what they are, told in words, saved and never shown; old versions come back."""

import io
import re
import zipfile
from html import unescape

import pytest
from aiohttp import FormData

from adapters.web.safety import MOST_BYTES
from bot.resources import attachments
from bot.resources.attachments import media_type_of, own_name
from storage.resources import PagePicture, ResourcePage
from tests.communities.support import rows
from tests.resources.test_pages import browser, button, path_of, publish, written
from tests.support.stage import Stage, text_of

PDF = b"%PDF-1.7\n1 0 obj\n"


def office(main: str, *more: str, content: bytes = b"<x/>") -> bytes:
    """The same bytes whenever it is made: they are part of a test's name, and processes compare these."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("[Content_Types].xml", main, *more):
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "suffix"),
    [
        (PDF, "x.png", ".pdf"),
        (office("word/document.xml"), "x", ".docx"),
        (office("ppt/presentation.xml"), "x", ".pptx"),
        (office("xl/workbook.xml"), "x", ".xlsx"),
        ("á,b\n1,2\n".encode(), "x.CSV", ".csv"),
        (b"Hello", "x.txt", ".txt"),
        (b"ID3\x03", "x", ".mp3"),
        (b"RIFF1234WAVE", "x", ".wav"),
        (b"\x00\x00\x00\x18ftypmp42", "x", ".mp4"),
        (b"\x1aE\xdf\xa3", "x", ".webm"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(content: bytes, name: str, suffix: str) -> None:
    assert attachments.SUFFIXES[media_type_of(content, name)] == suffix


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"),
        (b"  \n", "empty.txt"),
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<svg onload=alert(1)>", "x.svg"),
        (b"MZ\x90\x00", "x.txt"),
        (b"not a pdf", "x.pdf"),
        (b"caf\xe9", "latin.txt"),
        (office("readme.md"), "x.docx"),
        (office("word/document.xml", "word/vbaProject.bin"), "macros.docx"),
        (office("word/document.xml", "xl/workbook.xml"), "both.docx"),
        (office("word/document.xml")[:60], "cut.docx"),
        (b"PK\x03\x04" + b"\xff" * 100, "x.xlsx"),
        (
            office("word/document.xml", *(f"p{n}" for n in range(attachments.MOST_PARTS)), content=b""),
            "many.docx",
        ),
    ],
)
def test_what_is_none_of_these_is_not_taken(content: bytes, name: str) -> None:
    assert media_type_of(content, name) == ""


def test_what_would_unfold_without_end_is_not_taken() -> None:
    bomb = office("word/document.xml", content=b"0" * (attachments.MOST_UNPACKED // 2 + 1))
    assert len(bomb) < 200_000
    assert media_type_of(bomb, "bomb.docx") == ""


@pytest.mark.parametrize(
    ("given", "media_type", "taken", "kept"),
    [
        ("notes.pdf", "application/pdf", [], "notes.pdf"),
        ("notes.pdf", "application/pdf", ["Notes.pdf", "notes 2.pdf"], "notes 3.pdf"),
        ("notes.exe", "application/pdf", [], "notes.pdf"),
        ("../../etc/passwd", "text/plain", [], "passwd.txt"),
        ("photo.jpeg", "image/jpeg", [], "photo.jpeg"),
        ("x" * 200 + ".pdf", "application/pdf", [], "x" * 80 + ".pdf"),
        (".pdf", "application/pdf", [], "pdf.pdf"),
    ],
)
def test_a_kept_name_says_what_it_is_and_is_there_once(
    given: str, media_type: str, taken: list[str], kept: str
) -> None:
    assert own_name(attachments.plain_name(given), media_type, taken) == kept


async def test_a_file_goes_out_once_it_is_told_in_words_and_is_saved_never_shown(stage: Stage) -> None:
    upload = path_of(stage, button(await written(stage, "en"), "Add pictures or files"))
    form = FormData(quote_fields=False)
    for content, name in ((PDF, "..\\a/plan.pdf"), (PDF, "plan.pdf"), (b"", "empty.pdf"), (b"<b>", "x.html")):
        form.add_field("pictures", content, filename=name)
    form.add_field("pictures", PDF + b"0" * attachments.MOST_FILE_BYTES, filename="big.pdf")
    async with browser(stage, most=MOST_BYTES) as client:
        said = unescape(await (await client.post(upload, data=form)).text())
        assert "2 are added." in said
        assert "empty.pdf was not added" in said
        assert "x.html was not added" in said
        assert "big.pdf was not added: it is too large. 3 MB is the most." in said
        huge = FormData()
        huge.add_field("pictures", PDF + b"0" * MOST_BYTES, filename="huge.pdf")
        assert "too large" in await (await client.post(upload, data=huge)).text()
    assert [row.name for row in await rows(stage, PagePicture)] == ["plan.pdf", "plan 2.pdf"]
    assert "2 of 2 files have no words yet." in text_of(await publish(stage, "en"))
    for number in (1, 2):
        await stage.submit("fay", "page-alt", str(number), alt_en=f"The plan, part {number}")
    assert "Published in English." in text_of(await publish(stage, "en"))
    path = path_of(stage, button(await stage.command("ana", "resources PLAN part"), "A Steady Start"))
    async with browser(stage) as client:
        page = unescape(await (await client.get(path)).text())
        assert "The plan, part 2" in page
        assert "(PDF, 0.1 MB)" in page
        [first, _] = re.findall(r'<a href="(/picture/[^"]+)" download', page)
        saved = await client.get(first)
        assert await saved.read() == PDF
        assert saved.headers["Content-Type"] == "application/pdf"
        assert saved.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
        assert saved.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in saved.headers["Content-Security-Policy"]
        stranger = await stage.person("zed")
        forged = stage.links.to("picture", 1, stranger.id, stage.clock.now())
        assert (await client.get(forged.removeprefix(stage.links.base_url))).status == 403


async def test_an_old_version_is_looked_at_and_taken_back_into_the_draft(stage: Stage) -> None:
    await written(stage, "en")
    await publish(stage, "en")
    [page] = await rows(stage, ResourcePage)
    await stage.submit("fay", "page-text", f"1:{page.revision}", title_en="New", text_en="Breathe twice.")
    path = path_of(stage, button(await publish(stage, "en"), "Older versions"))
    async with browser(stage) as client:
        listed = await (await client.get(path)).text()
        assert listed.index("English, version 2") < listed.index("English, version 1")
        assert "Breathe first." in await (await client.get(f"{path}?version=1")).text()
        assert "version 2" in await (await client.get(f"{path}?version=99")).text()
        assert "is your draft again" not in await (await client.post(path, data={"version": "x"})).text()
        assert (
            "Version 1 is your draft again" in await (await client.post(path, data={"version": "1"})).text()
        )
        pat = await stage.person("pat", "presenter")
        forged = stage.links.to("page-versions", 1, pat.id, stage.clock.now())
        assert (await client.get(forged.removeprefix(stage.links.base_url))).status == 403
    [page] = await rows(stage, ResourcePage)
    assert page.title["en"] == "A Steady Start"
    assert "Published in English." in text_of(await publish(stage, "en"))


async def test_words_are_found_in_any_order_without_accents(stage: Stage) -> None:
    await written(stage, "en", "es")
    await publish(stage, "es")
    await stage.person("luz", "evaluator", language="es")
    assert "[Un comienzo firme]" in text_of(await stage.command("luz", "recursos primero RESPÍRA"))
