"""The calculator in a browser: each day stands below its weekday, on a telephone and on a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from demo.world import World

ASKED = "/tenggat/kalkulator?mulai=2026-03-13&batas=sendiri&hari=14&satuan=working_days"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_drawn_days_stand_below_their_weekdays(browser: Browser, world: World, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    shown = context.new_page()
    shown.goto(world.address + ASKED)

    months = shown.locator("table.month").all()
    assert len(months) == 2
    for month in months:
        heads = [head.bounding_box() for head in month.locator("thead th").all()]
        for row in month.locator("tbody tr").all():
            cells = [cell.bounding_box() for cell in row.locator("td").all()]
            assert [head and round(head["x"]) for head in heads] == [cell and round(cell["x"]) for cell in cells]
            assert len({cell and round(cell["y"]) for cell in cells}) == 1, "one week is one line"
        box = month.bounding_box()
        assert box and box["width"] <= 320
    context.close()
