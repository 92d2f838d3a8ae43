#!/usr/bin/python3
"""Chromium plays, seeks and downloads what lies below /files/ and /links/."""
import atexit
import io
import os
import sys
import time
import wave

sys.path.insert(1, sys.path[0] + "/../lib")
from browser import Browser
from harness import equal, main, need, until
from portal import SMALL, USER, Portal, line, manual_says, read, same

RATE = 44100
SECONDS = 120
PLAYER = "<video id=player controls preload=metadata muted src='{}'></video>"
BROWSERS = []


class PlayersPortal(Portal):
    ttl = "1m"
    moves_clock = True

    def fill_folder(self):
        super().fill_folder()
        for name, source in (("player.html", "/files/sound.wav"),
                             ("people/index.html", "/people/sound.wav")):
            self.page(name, PLAYER.format(source))


def sound():
    """A WAV file of 21 MB: a few lines of Python make it, and a <video> plays
    it and seeks in it as in any film."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        second = b"".join((index % 200 * 100).to_bytes(2, "little") * 2
                          for index in range(RATE))
        out.writeframes(second * SECONDS)
    return file.getvalue()


def page(portal, path, login=""):
    """A browser that shows a page of the portal's. All cases share one,
    because it takes long to start."""
    if not BROWSERS:
        BROWSERS.append(Browser())
        atexit.register(BROWSERS[0].close)
        portal.put("sound.wav", sound(), **{"content-type": "audio/wav"})
    portal.later(0)
    BROWSERS[0].open(f"http://{login}{portal.host}:{portal.port}/{path}")
    return BROWSERS[0]


def player(window, member):
    return window.run("return document.getElementById('player')." + member)


def plays(window, second):
    """Assert that it plays from that second on."""
    until(lambda: player(window, "error") is not None
          or player(window, "readyState") > 2
          and second < player(window, "currentTime") < second + 20,
          f"it plays from second {second} on")
    equal(player(window, "error && player.error.message"), None)


def seek(window, second):
    window.run(f"document.getElementById('player').currentTime = {second}")


def watch(window):
    """Play, forward and back; what is sought lies beyond what is loaded."""
    player(window, "play()")
    plays(window, 0)
    equal(player(window, "duration"), SECONDS, "its length")
    for second in (90, 30, 110):
        seek(window, second)
        plays(window, second)


def by_range(portal):
    """Assert that R2 gave parts of one file, for one redirect."""
    found = portal.came()
    need({(entry.method, entry.status) for entry in found}
         <= {("GET", 200), ("GET", 206), ("GET", 304)}, f"{found}")
    starts = [int(entry.sent["range"][6:].split("-")[0])
              for entry in found if entry.status == 206]
    need(max(starts) > 80 * RATE * 4, f"it sought nothing: {starts}")
    equal(portal.redirects(), [("GET", "public/sound.wav")])
    portal.no_authorization()


@line("<video> in Chromium", "plays and seeks, by one redirect")
def _(portal):
    watch(page(portal, "player.html"))
    by_range(portal)


@line("<video>, where one signs in", "plays and seeks; R2 gets no login",
      cell=("Chromium", "login"))
def _(portal):
    watch(page(portal, "people/", ":".join(USER) + "@"))
    by_range(portal)


@line("<video>, after ttl", "400 for what is not loaded; a reload goes on")
def _(portal):
    window = page(portal, "player.html")
    player(window, "play()")
    plays(window, 0)
    portal.later(61)
    seek(window, 100)
    until(lambda: portal.came()[-1].status == 400, "R2 refuses it")
    equal(portal.came()[-1].reason, "the link has expired")
    equal(len(portal.redirects()), 1, "redirects until then")
    manual_says(portal, "Chromium", "later")
    window.reload()
    until(lambda: player(window, "readyState") > 0, "it knows its length")
    seek(window, 100)
    player(window, "play()")
    plays(window, 100)
    equal(len(portal.redirects()), 2, "redirects")


def arrives(portal, window, name, body):
    path = os.path.join(window.downloads, name)
    # Chromium makes an empty file of that name first.
    until(lambda: os.path.exists(path) and os.path.getsize(path),
          f"{name} is saved")
    same(read(path), body)
    entry, = [entry for entry in portal.came() if name in entry.key]
    equal((entry.method, entry.status), ("GET", 200))
    equal(entry.sent.get("referer"), None, "Referer")
    portal.no_authorization()


@line("a click in Chromium", "saves the file under its name")
def _(portal):
    portal.page("list.html", '<a id=one href="/files/small.bin">one</a>')
    window = page(portal, "list.html")
    window.click("#one")
    arrives(portal, window, "small.bin", SMALL)


@line("a click in Chromium, a signed link", "saves what it would show")
def _(portal):
    portal.put("käse.txt", b"a text", **{"content-type": "text/plain"})
    link = portal.signed("käse.txt", int(time.time()) + 60 * 86400)
    portal.page("signed.html", '<a id=one href="{}">one</a>'
                .format(link.replace("&", "&amp;")))
    window = page(portal, "signed.html")
    window.click("#one")
    arrives(portal, window, "käse.txt", b"a text")


if __name__ == "__main__":
    main(PlayersPortal)
