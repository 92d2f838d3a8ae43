"""Chromium, driven by the WebDriver protocol (W3C WebDriver 1).

    with Browser(folder) as browser:
        browser.open("http://127.0.0.1:8080/")
        browser.type("input[name=bucket]", "b\\ue007")     # and Enter
        browser.texts("h1")

Each Browser has a profile of its own in a new folder below the one given, and
saves downloads in browser.downloads. browser.size(width, height) is the window.
"""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from harness import Skip, free_port, until

ENTER = "\ue007"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def need_browser():
    """The driver's path; without one the case can't be tried."""
    driver = shutil.which("chromedriver")
    if not driver or not (shutil.which("chromium")
                          or shutil.which("google-chrome")):
        raise Skip("chromium and chromedriver are not installed (Debian: "
                   "chromium chromium-driver)")
    try:
        socket.getaddrinfo("localhost", 80)
    except OSError:
        raise Skip("chromedriver needs the name localhost, and /etc/hosts "
                   "does not have it") from None
    return driver


class Browser:
    def __init__(self, scripts=True, languages=None):
        """Without `scripts`, none of a page runs; `languages` as a browser's
        settings have them, such as "de,en"."""
        driver = need_browser()
        self.settings = {}
        if not scripts:
            self.settings["profile.managed_default_content_settings."
                          "javascript"] = 2
        if languages:
            self.settings["intl.accept_languages"] = languages
        self.folder = tempfile.mkdtemp(prefix="mintage-browser-")
        self.downloads = os.path.join(self.folder, "downloads")
        os.mkdir(self.downloads)
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.session = None
        self.driver = subprocess.Popen(
            [driver, f"--port={port}"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=self.folder, TMPDIR=self.folder))
        try:
            until(self.is_ready, "chromedriver answers")
            self.begin()
        except BaseException:
            self.close()
            raise

    def close(self):
        try:
            if self.session:
                self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(20)
            shutil.rmtree(self.folder, ignore_errors=True)

    def is_ready(self):
        try:
            return self.call("GET", "/status")["ready"]
        except OSError:
            return False

    def begin(self):
        options = {"args": ["--headless=new", "--no-sandbox", "--no-first-run",
                            "--disable-dev-shm-usage", "--disable-gpu",
                            "--window-size=1000,900"],
                   "prefs": {"download.default_directory": self.downloads,
                             "download.prompt_for_download": False,
                             **self.settings}}
        if not shutil.which("google-chrome"):
            options["binary"] = shutil.which("chromium")
        self.session = self.call("POST", "/session", {"capabilities": {
            "alwaysMatch": {"browserName": "chrome",
                            "acceptInsecureCerts": True,
                            "goog:loggingPrefs": {"browser": "ALL"},
                            "goog:chromeOptions": options}}})["sessionId"]

    # The protocol

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(
                json.load(error)["value"]["message"]) from None

    def ask(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    # Pages

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def back(self):
        self.ask("POST", "/back", {})

    def reload(self):
        """Load the page again. Nobody is asked whether a form may be sent once
        more: Chromium sends it."""
        self.ask("POST", "/refresh", {})

    def windows(self):
        return self.ask("GET", "/window/handles")

    def enter(self, window):
        self.ask("POST", "/window", {"handle": window})

    def leave(self, window):
        """Close the tab that is shown, and show another."""
        self.ask("DELETE", "/window")
        self.enter(window)

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync",
                        {"script": script, "args": list(arguments)})

    def console(self):
        """What the pages wrote to the console since this was asked last: what
        the browser complains of, such as a broken policy."""
        return [line["message"] for line in
                self.ask("POST", "/se/log", {"type": "browser"})]

    # What is on them

    def find(self, selector):
        """The first element that the selector finds. The page that has it may
        still be on its way after a click."""
        def look():
            return self.ask("POST", "/elements", {
                "using": "css selector", "value": selector})
        return until(look, f"the page has {selector}")[0][ELEMENT]

    def type(self, selector, text):
        """Put `text` in the place of what a field holds."""
        field = self.find(selector)
        self.ask("POST", f"/element/{field}/clear", {})
        self.ask("POST", f"/element/{field}/value", {"text": text})

    def choose(self, name, value):
        self.click(f'select[name="{name}"] option[value="{value}"]')

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def value(self, selector):
        return self.run("return arguments[0].value",
                        {ELEMENT: self.find(selector)})

    def texts(self, selector):
        """What every element shows that the selector finds."""
        return self.run("return Array.from(document.querySelectorAll("
                        "arguments[0])).map(e => e.innerText)", selector)

    def address(self):
        return self.ask("GET", "/url")

    def size(self, width, height):
        self.ask("POST", "/window/rect", {"width": width, "height": height})

    def picture(self, path):
        """Save what the window shows as a PNG."""
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("GET", "/screenshot")))
