"""What must hold after a fault, whatever has failed."""
import difflib

from answers import Answer, normal, received
from harness import need


def count_issued(lines, request):
    return sum(line.get("count", 1) for line in lines
               if line.get("request") == request
               and line["event"] in ("issue", "redirect"))


def outcomes(lines, request):
    return [line for line in lines if line.get("request") == request
            and line["event"] == "outcome"]


def judge(answer, lines, right, secrets, numbers=False):
    """Assert that an answer is right, refused or visibly cut, and that what was
    handed out is on record. Returns which of them it is."""
    count = received(answer.output)
    need(count == 0 or count <= count_issued(lines, answer.id),
         f"{count} received, and the log has "
         f"{count_issued(lines, answer.id)} of request {answer.id}")
    if normal(answer.output, secrets, numbers) == right:
        return "right"
    # A process that can't share its counters counts for itself and says so.
    if numbers and answer.ended and b'scope="process"' in answer.output:
        return "right"
    if answer.is_refusal():
        need(not any(line["result"] == "complete" and line["issued"]
                     for line in outcomes(lines, answer.id)),
             "refused, and the log says that it was complete")
        return "refused"
    need(not answer.looks_whole(), "it looks whole and is not right:\n"
         + differing(normal(answer.output, secrets, numbers), right))
    return "cut"


def differing(found, right):
    """The lines of two answers that differ."""
    return "\n".join(line[:500] for line in difflib.unified_diff(
        *(text.decode("utf-8", "replace").split("\n")
          for text in (right, found)), "right", "found", n=0, lineterm=""))


def without_fault(output, ended, lines, right, secrets, numbers):
    """Assert that the next request is answered as ever."""
    answer = Answer(output, ended)
    need(ended, "the next answer was cut")
    found = judge(answer, lines, right, secrets, numbers)
    need(found == "right", f"the next request is {found}:\n"
         + differing(normal(output, secrets, numbers), right))
