"""What was received against what is recorded."""
import collections
import json

from place import DAILY, DOWNLOADS, RATE

SHOWN = 5


class Judge:
    """Compares the receipts of one server's clients with its audit log. It may
    be asked as often as one likes: it goes on where it was."""

    def __init__(self, receipts, record):
        self.path, self.record = receipts, record
        self.place = 0
        self.answers = self.received = self.whole = self.parts = 0
        self.no_outcome = 0
        self.seen = set()
        self.not_recorded, self.different, self.wrong = [], [], []
        self.requests_of = collections.Counter()
        self.entries_of = collections.Counter()
        self.downloads_of = collections.Counter()

    def go_on(self, last=False):
        """Read the receipts first: their lines were written before."""
        receipts = self.new_receipts()
        self.record.read_on(last)
        for receipt in receipts:
            self.judge(receipt)

    def new_receipts(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self.place)
                text = file.read()
        except FileNotFoundError:
            return []
        text = text[:text.rfind(b"\n") + 1]
        self.place += len(text)
        return [json.loads(line) for line in text.splitlines()]

    def judge(self, receipt):
        self.answers += 1
        if "wrong" in receipt:
            self.wrong.append(f"{receipt['id']}: {receipt['wrong']}")
            return
        if not receipt["count"]:
            return
        if receipt["id"] in self.seen:
            self.wrong.append(f"two answers have the id {receipt['id']}")
        self.seen.add(receipt["id"])
        self.received += receipt["count"]
        self.count_limits(receipt)
        line = self.record.issues.get(receipt["id"])
        if line is None:
            self.not_recorded.append(str(receipt))
            return
        difference = differing(receipt, line)
        if difference:
            self.different.append(f"{receipt['id']}: {difference}")
        if receipt["whole"]:
            self.whole += 1
        else:
            self.parts += 1

    def count_limits(self, receipt):
        if receipt["kind"] == "redirect":
            if receipt["name"]:
                self.downloads_of[receipt["name"]] += 1
        elif receipt["name"]:
            self.requests_of[receipt["name"]] += 1
            self.entries_of[receipt["name"]] += receipt["count"]

    def outcomes(self):
        """Of the answers whose end was seen: how many have no outcome, because
        their process was killed or the disk was full; and which have another
        one than that all was issued."""
        missing, others = 0, []
        for request in self.seen:
            line = self.record.issues.get(request)
            if line is None or line["event"] == "redirect":
                continue
            found = self.record.outcomes.get(request)
            if found is None:
                missing += 1
            elif found[0] == "complete" and found[1] != line["count"]:
                others.append(f"{request}: {found} of {line['count']}")
        return missing, others

    def over_limits(self):
        """What was received, or recorded, beyond a limit."""
        recorded = collections.Counter()
        entries = collections.Counter()
        redirects = collections.Counter()
        for line in self.record.issues.values():
            if line["event"] == "redirect":
                if line["download"] == "counted":
                    redirects[line["key"]] += 1
            elif line["caller"].startswith("ration"):
                recorded[line["caller"]] += 1
                entries[line["caller"]] += line["count"]
        return [f"{what}: {name} had {count} of {most}"
                for what, counts, most in (
                    ("requests received", self.requests_of, RATE),
                    ("requests recorded", recorded, RATE),
                    ("entries received", self.entries_of, DAILY),
                    ("entries recorded", entries, DAILY),
                    ("downloads received", self.downloads_of, DOWNLOADS),
                    ("downloads recorded", redirects, DOWNLOADS))
                for name, count in counts.items() if count > most]

    def reached(self):
        """How many limits were used up: (callers, links)."""
        return (sum(self.requests_of[name] == RATE
                    or self.entries_of[name] == DAILY
                    for name in self.requests_of),
                sum(count == DOWNLOADS
                    for count in self.downloads_of.values()))


def differing(receipt, line):
    """How a line of the log differs from what was received, or None."""
    if receipt["kind"] == "redirect":
        bucket, _, ttl, _, key = receipt["rows"][0]
        expected = {"event": "redirect", "bucket": bucket, "key": key,
                    "ttlSeconds": ttl, "method": "GET",
                    "parent": receipt["parents"][0]}
    else:
        expected = {"event": "issue", "caller": receipt["caller"],
                    "bucket": receipt["bucket"], "failed": 0}
        if receipt["parents"] != [line.get("parent")]:
            return f"parent {line.get('parent')}, not {receipt['parents']}"
        if receipt["whole"]:
            expected.update(scopes=receipt["scopes"], count=receipt["count"])
        elif line["count"] < receipt["count"]:
            return f"{receipt['count']} received, {line['count']} recorded"
    for name, value in expected.items():
        if line.get(name) != value:
            return f"{name} {line.get(name)!r}, not {value!r}"
    return None
