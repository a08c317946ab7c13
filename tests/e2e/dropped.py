"""
Twenty pages whose packets are dropped, in a network namespace of this process's own.

Not a test itself: `test_dropped_packets.py` runs it under `unshare --net`, where nothing but this
process, its server and its browser sees the network. Each page talks to an address of its own,
127.0.0.10 and up; a packet filter then drops everything to and from that address. No socket is
closed, so neither side is told. Prints a JSON list: seconds from each cut to amber.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import expect, sync_playwright
from tests.e2e.conftest import ARGUMENTS

PORT = 8026
NOTE_WHEN_AMBER = """() => {
  const bar = document.getElementById("link");
  window.amberAt = null;
  new MutationObserver(() => {
    if (bar.classList.contains("lost")) window.amberAt ??= performance.now();
  }).observe(bar, { attributes: true });
}"""


def command(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def main(db: Path, trials: int) -> None:
    tocsin = str(Path(sys.executable).with_name("tocsin"))
    command("ip", "link", "set", "lo", "up")
    command("nft", "add table inet cut")
    for hook in ("input", "output"):
        command("nft", f"add chain inet cut {hook} {{ type filter hook {hook} priority 0; }}")
    command(tocsin, "token", "new", "--db", str(db), "--name", "kmva", "--scope", "alerts:write:UA")
    server = subprocess.Popen(
        [tocsin, "serve", "--db", str(db), "--host", "0.0.0.0", "--port", str(PORT)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "http" in (server.stdout.readline() if server.stdout else "")
        with urlopen(f"http://127.0.0.1:{PORT}/healthz") as answer:
            assert answer.status == 200
        print(json.dumps(cut_pages(trials)), flush=True)
    finally:
        server.terminate()
        server.wait(timeout=20)


def cut_pages(trials: int) -> list[float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            chromium_sandbox=False,
            args=ARGUMENTS,
        )
        pages = []
        for number in range(trials):
            page = browser.new_page()
            address = f"127.0.0.{10 + number}"
            page.goto(f"http://{address}:{PORT}/?area=UA-05&lang=en")
            expect(page.locator("#link")).to_contain_text("Connected", timeout=20_000)
            page.evaluate(NOTE_WHEN_AMBER)
            pages.append((page, address))
        starts = []
        for page, address in pages:
            starts.append(page.evaluate("performance.now()"))
            command("nft", f"add rule inet cut input ip daddr {address} drop")
            command("nft", f"add rule inet cut output ip saddr {address} drop")
            time.sleep(5 / trials)
        took = []
        for (page, _), start in zip(pages, starts, strict=True):
            expect(page.locator("#link")).to_have_class(re.compile("lost"), timeout=30_000)
            took.append((page.evaluate("window.amberAt") - start) / 1000)
        browser.close()
        return took


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
