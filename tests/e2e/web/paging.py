"""The page as a browser has it, without one: its form, filled in and sent."""
import html.parser

from harness import ACCOUNT, form, need

LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Form(html.parser.HTMLParser):
    """The first form of a page: `fields` as they would be sent, `options` by
    select, and where each `buttons` sends it."""

    def __init__(self, text):
        super().__init__()
        self.fields, self.options, self.buttons = {}, {}, []
        self.action = self.select = self.area = None
        self.ended = False
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        found = dict(pairs)
        name = found.get("name")
        if self.ended:
            return
        if tag == "form":
            self.action = found["action"]
        elif tag == "input" and name and found.get("type") != "file":
            self.fields[name] = found.get("value") or ""
        elif tag == "textarea":
            self.area = name
            self.fields.setdefault(name, "")
        elif tag == "select":
            self.select = name
            self.options[name] = []
        elif tag == "option" and self.select:
            value = found.get("value")
            self.options[self.select].append(value)
            if "selected" in found or len(self.options[self.select]) == 1:
                self.fields[self.select] = value
        elif tag == "button":
            self.buttons.append(found.get("formaction", self.action))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None
        elif tag == "form":
            self.ended = True

    def handle_data(self, data):
        if self.area and not self.ended:
            self.fields[self.area] += data.lstrip("\n")
        elif self.select and self.options[self.select][-1:] == [None]:
            self.options[self.select][-1] = data
            if self.fields.get(self.select) is None:
                self.fields[self.select] = data


def show(site, token="web"):
    """The form of a caller."""
    answer = site.request("GET", "/", token=token, headers=BROWSER)
    need(answer.status == 200, answer.text)
    return Form(answer.text)


def send(site, fields, path=LINKS, token="web", headers=()):
    """Send a form as a browser does, which takes HTML best."""
    return site.request("POST", path, form(fields), token, headers={
        "Content-Type": "application/x-www-form-urlencoded", **BROWSER,
        **dict(headers)})
