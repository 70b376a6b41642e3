"""A report's page in a browser, read as its readers do: figures, tables, definitions, files."""

from __future__ import annotations

import csv
import io
from math import isclose
from pathlib import Path

import openpyxl
from playwright.async_api import Page, expect

HIDDEN = "hidden"
_FIGURES = """all => all.map(one => ['h3', '.big', '.rest'].map(
    part => one.querySelector(part)?.textContent.trim() ?? ''))"""
_TABLES = """all => all.map(one => [one.caption.textContent, [...one.tBodies[0].rows].map(
    row => [...row.cells].map(cell => cell.textContent.trim()))])"""


async def figures(page: Page) -> dict[str, str]:
    """What stands at each key figure, by its label: the number, and in brackets what belongs to it."""
    found = await page.locator(".figure").evaluate_all(_FIGURES)
    return {label: f"{big} ({rest})" if rest else big for label, big, rest in found}


async def tables(page: Page) -> dict[str, list[list[str]]]:
    """The rows of each table, by its title."""
    return dict(await page.locator("table").evaluate_all(_TABLES))


async def rows(page: Page, title: str, column: int = 1) -> dict[str, str]:
    """A column of a table, by the first, as a reader sees it once the table is opened."""
    table = page.get_by_role("table", name=title)
    if not await table.is_visible():
        plot = page.locator("section.plot").filter(has=page.get_by_role("heading", name=title, exact=True))
        await plot.locator("summary", has_text="as a table").click()
    await expect(table).to_be_visible()
    return {row[0]: row[column] for row in (await tables(page))[title]}


async def definition(page: Page, label: str) -> str:
    """How a key figure is counted, one click away."""
    figure = page.locator(".figure").filter(has=page.get_by_role("heading", name=label, exact=True))
    told = figure.locator("details.definition p")
    await expect(told).to_be_hidden()
    await figure.locator("summary").click()
    await expect(told).to_be_visible()
    return await told.inner_text()


async def files_equal_page(page: Page, folder: Path) -> None:
    """Both files are downloaded by their links, and say of every figure and cell what the page says."""
    lines = list(csv.reader(io.StringIO((await _download(page, "CSV", folder)).read_text("utf-8-sig"))))[1:]
    told: dict[str, list[str]] = {}
    for part, _item, _measure, _value, _n, _low, _high, shown, _definition in lines:
        told.setdefault(part, []).append(_as_on_page(shown))
    assert told.pop("Key figures") == [_as_on_page(said) for said in (await figures(page)).values()]
    on_page = await tables(page)
    assert set(told) - {"About"} <= set(on_page)
    for title, found in on_page.items():
        cells = iter([_as_on_page(cell) for row in found for cell in row])
        assert all(shown in cells for shown in told.get(title, [])), title
    book = openpyxl.load_workbook(await _download(page, "Excel", folder), read_only=True)
    written = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    book.close()
    numbers = [cell for cell in written if isinstance(cell, (int, float))]
    for line in lines:
        assert line[3] in written or any(isclose(float(line[3]), number) for number in numbers), line


def _as_on_page(said: str) -> str:
    """A cell that a spreadsheet might run stands in quotes in the file."""
    return HIDDEN if said.startswith(HIDDEN) or not said else said.removeprefix("'")


async def _download(page: Page, label: str, folder: Path) -> Path:
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name=label).click()
    download = await waiting.value
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path
