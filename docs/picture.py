"""The picture of the README, taken from a report: `python docs/picture.py out/tokunaga2007/report.html`.

Needs the test tools (`make test` installs them) and a Chromium browser, named in COSTIM_CHROMIUM if it is not
`chromium`.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

PLACE = Path(__file__).parent / "images" / "report.png"
SIZE = {"width": 1280, "height": 900}
SHOWN = "figure[id^='figure-swimmer']"
"""What stands at the top of the picture."""
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def take(report: Path) -> bytes:
    """A PNG of the report as it opens, scrolled to its most telling figure."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("COSTIM_CHROMIUM") or shutil.which("chromium"), args=list(ARGUMENTS)
        )
        page = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce").new_page()  # type: ignore[arg-type]
        page.goto(report.resolve().as_uri())
        page.locator(SHOWN).first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 24)")
        page.wait_for_timeout(300)  # the contents mark the section in view
        picture = page.screenshot()
        browser.close()
    return picture


def small(picture: bytes) -> bytes:
    """The same picture with a palette: a fraction of the bytes, no difference to the eye."""
    from PIL import Image

    target = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(target, "png", optimize=True)
    return target.getvalue()


if __name__ == "__main__":
    PLACE.write_bytes(small(take(Path(sys.argv[1]))))
    print(f"{PLACE.name}: {PLACE.stat().st_size // 1000} kB")
