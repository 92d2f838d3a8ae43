"""What a process has in its memory: every byte that root can read of it, and
the forms in which a secret could lie there.

The states of SHA-256 and SHA-1 are computed here, by FIPS 180-4, because
hashlib shows no state of its own.
"""
import base64
import hashlib
import hmac
import os
import re
import struct

# ---- states of HMAC ----------------------------------------------------------


def turn(word, by):
    return (word >> by | word << (32 - by)) & 0xffffffff


def left(word, by):
    return turn(word, 32 - by)


def primes(count):
    found = []
    number = 2
    while len(found) < count:
        if all(number % other for other in found):
            found.append(number)
        number += 1
    return found


def root_bits(number, root):
    """The first 32 bits of the fraction of a prime's square or cube root."""
    value, bit = 0, 1 << 40
    while bit:
        if (value | bit) ** root <= number << 32 * root:
            value |= bit
        bit >>= 1
    return value & 0xffffffff


SHA256_START = [root_bits(prime, 2) for prime in primes(8)]
SHA256_ROUND = [root_bits(prime, 3) for prime in primes(64)]
SHA1_START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]


def add(*words):
    return sum(words) & 0xffffffff


def sha256_block(block):
    """The state of SHA-256 behind its first block."""
    words = list(struct.unpack(">16I", block))
    for i in range(16, 64):
        a, b = words[i - 15], words[i - 2]
        words.append(add(words[i - 16], words[i - 7],
                         turn(a, 7) ^ turn(a, 18) ^ a >> 3,
                         turn(b, 17) ^ turn(b, 19) ^ b >> 10))
    a, b, c, d, e, f, g, h = SHA256_START
    for word, constant in zip(words, SHA256_ROUND):
        one = add(h, turn(e, 6) ^ turn(e, 11) ^ turn(e, 25),
                  e & f ^ ~e & g, constant, word)
        two = add(turn(a, 2) ^ turn(a, 13) ^ turn(a, 22),
                  a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = add(one, two), a, b, c, add(d, one), e, f, g
    return [add(old, new) for old, new
            in zip(SHA256_START, (a, b, c, d, e, f, g, h))]


def sha1_block(block):
    words = list(struct.unpack(">16I", block))
    for i in range(16, 80):
        words.append(left(words[i - 3] ^ words[i - 8] ^ words[i - 14]
                          ^ words[i - 16], 1))
    a, b, c, d, e = SHA1_START
    for i, word in enumerate(words):
        mixed, constant = (
            (b & c | ~b & d, 0x5a827999), (b ^ c ^ d, 0x6ed9eba1),
            (b & c | b & d | c & d, 0x8f1bbcdc),
            (b ^ c ^ d, 0xca62c1d6))[i // 20]
        a, b, c, d, e = (add(left(a, 5), mixed, e, constant, word), a,
                         left(b, 30), c, d)
    return [add(old, new) for old, new in zip(SHA1_START, (a, b, c, d, e))]


def padded(key, byte):
    if len(key) > 64:
        key = hashlib.sha256(key).digest()
    return bytes(k ^ byte for k in key.ljust(64, b"\0"))


def states(key):
    """The inner and the outer state of HMAC with this key, as they lie in the
    memory of this machine."""
    return [struct.pack("=8I", *sha256_block(padded(key, byte)))
            for byte in (0x36, 0x5c)]


def states_sha1(key):
    if len(key) > 64:
        key = hashlib.sha1(key).digest()
    return [struct.pack("=5I", *sha1_block(padded(key, byte)))
            for byte in (0x36, 0x5c)]


def code(key, *texts):
    """AWS Signature Version 4's chain of keys."""
    chain = []
    for text in texts:
        key = hmac.new(key, text.encode(), "sha256").digest()
        chain.append(key)
    return chain


# ---- forms of a secret -------------------------------------------------------

def inside(text):
    """The characters of base64 that say nothing of what stands before or
    behind this text, at each of three places."""
    found = []
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + text)
        whole = whole[(shift * 8 + 5) // 6:].rstrip(b"=")
        found.append(whole[:len(whole) - 1])
    return found


def forms(text):
    """A text as it is, as hexadecimal digits, as base64, as what its digits
    stand for, and mixed into a key of HMAC."""
    found = [text, text.hex().encode(), text.hex().upper().encode(),
             *inside(text)]
    if re.fullmatch(rb"([0-9a-f]{2})+", text):
        found.append(bytes.fromhex(text.decode()))
    if len(text) <= 64:
        for byte in (0x36, 0x5c):
            found.append(padded(text, byte)[:len(text)])
    return found


def token_forms(token):
    """A session token: its end, and the signature in it. What stands before it
    are claims, which are no secret."""
    jwt = base64.b64decode(token)
    signature = jwt.rpartition(b".")[2]
    raw = base64.urlsafe_b64decode(signature + b"=")
    # What a link encodes by percent signs is not encoded here.
    plain = max(re.split("[+/=]", token[-90:]), key=len)
    return [token[-48:].encode(), plain.encode(), signature, raw]


# ---- a process ---------------------------------------------------------------

class Mapping:
    def __init__(self, line):
        places, self.access, *rest = line.split(maxsplit=5)
        self.start, self.end = (int(place, 16) for place in places.split("-"))
        self.name = rest[3].strip() if len(rest) > 3 else ""
        self.flags = []

    @property
    def is_locked(self):
        """Is it kept out of dumps and out of swap, as secrets are?"""
        return "dd" in self.flags and "lo" in self.flags


def mappings(pid):
    found = []
    with open(f"/proc/{pid}/smaps") as smaps:
        for line in smaps:
            if re.match("[0-9a-f]+-[0-9a-f]+ ", line):
                found.append(Mapping(line))
            elif line.startswith("VmFlags:"):
                found[-1].flags = line.split()[1:]
    return found


class Image:
    """The memory of a process: what is locked, and what is not."""

    def __init__(self, pid):
        self.locked, self.open = [], []
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for mapping in mappings(pid):
                if "r" not in mapping.access or mapping.name == "[vvar]":
                    continue
                try:
                    data = os.pread(memory.fileno(),
                                    mapping.end - mapping.start,
                                    mapping.start)
                except OSError:     # the kernel's own pages
                    continue
                side = self.locked if mapping.is_locked else self.open
                side.append((mapping, data))

    def find(self, needle):
        """Where it is outside of locked pages, or None."""
        for mapping, data in self.open:
            at = data.find(needle)
            if at >= 0:
                return f"{mapping.name or 'anonymous'} + {at:#x} of " \
                       f"{mapping.start:#x}"
        return None

    def has_locked(self, needle):
        return any(needle in data for _, data in self.locked)
