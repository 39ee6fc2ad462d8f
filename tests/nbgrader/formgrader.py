"""Formgrader in a real browser: starts the server of a course and a headless Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMEDRIVER = shutil.which("chromedriver")


@contextlib.contextmanager
def formgrader(course: Path, profile: Path) -> Iterator[tuple[Any, str]]:
    """A browser, and the address of the course's formgrader; both end with the block.

    Parameters
    ----------
    profile : an empty folder for the browser's and the server's own files.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"),
        "--IdentityProvider.token=",
        '--ServerApp.jpserver_extensions={"nbgrader.server_extensions.formgrader": True}',
    ]
    folders = {
        f"JUPYTER_{name}_DIR": str(profile / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    with (profile / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=course, env=os.environ | folders, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}/formgrader"
            _wait_for(url, server)
            with _browser(profile / "chromium") as browser:
                yield browser, url
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=30):
            return
        time.sleep(0.5)
    raise AssertionError(f"No formgrader at {url}")


@contextlib.contextmanager
def _browser(profile: Path) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--window-size=1200,900",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
    browser.set_page_load_timeout(90)
    try:
        yield browser
    finally:
        browser.quit()
