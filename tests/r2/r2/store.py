"""Buckets of objects, and uploads that are not yet complete."""
import dataclasses
import hashlib
import json
import os
import threading

from .errors import need

MIN_PART = 5 * 1024 * 1024  # bytes of each part but the last


@dataclasses.dataclass
class Object:
    key: str
    etag: str               # without quotes
    size: int
    modified: int           # Unix seconds
    headers: dict           # Content-Type and its kin, x-amz-meta-*
    body: bytes = None      # None: in its file
    path: str = None

    def read(self):
        if self.path is None:
            return self.body
        with open(self.path, "rb") as file:
            return file.read()


@dataclasses.dataclass
class Upload:
    bucket: str
    key: str
    headers: dict
    parts: dict = dataclasses.field(default_factory=dict)  # number: Object


class Store:
    """Buckets of objects, in memory or in a directory."""

    def __init__(self, directory=None):
        self.directory = directory
        self.lock = threading.RLock()
        self.buckets = {}
        self.uploads = {}
        self.upload_count = 0
        if directory is not None:
            self.load()

    def load(self):
        os.makedirs(self.directory, exist_ok=True)
        for bucket in sorted(os.listdir(self.directory)):
            folder = os.path.join(self.directory, bucket)
            objects = self.buckets.setdefault(bucket, {})
            for name in sorted(os.listdir(folder)):
                if name.endswith(".json"):
                    with open(os.path.join(folder, name)) as file:
                        found = Object(**json.load(file))
                    found.path = os.path.join(folder, name[:-5])
                    objects[found.key] = found

    def make_bucket(self, bucket):
        with self.lock:
            self.buckets.setdefault(bucket, {})
            if self.directory is not None:
                os.makedirs(os.path.join(self.directory, bucket),
                            exist_ok=True)

    def remove_bucket(self, bucket):
        with self.lock:
            need(not self.buckets[bucket], "BucketNotEmpty", "not empty")
            del self.buckets[bucket]
            if self.directory is not None:
                os.rmdir(os.path.join(self.directory, bucket))

    def bucket(self, bucket):
        need(bucket in self.buckets, "NoSuchBucket", "no such bucket")
        return self.buckets[bucket]

    def put(self, bucket, key, body, headers, now, etag=None):
        etag = etag or hashlib.md5(body).hexdigest()
        stored = Object(key, etag, len(body), int(now), dict(headers), body)
        with self.lock:
            objects = self.bucket(bucket)
            if self.directory is not None:
                self.write(bucket, stored)
            objects[key] = stored
        return stored

    def write(self, bucket, stored):
        name = hashlib.sha256(stored.key.encode()).hexdigest()
        path = os.path.join(self.directory, bucket, name)
        with open(path + ".new", "wb") as file:
            file.write(stored.body)
        os.replace(path + ".new", path)
        stored.body = None
        with open(path + ".json", "w") as file:
            json.dump(dataclasses.asdict(stored), file)
        stored.path = path

    def find(self, bucket, key):
        found = self.bucket(bucket).get(key)
        need(found is not None, "NoSuchKey", "no such key")
        return found

    def delete(self, bucket, key):
        with self.lock:
            found = self.bucket(bucket).pop(key, None)
            if found is not None and found.path is not None:
                os.unlink(found.path)
                os.unlink(found.path + ".json")

    def keys(self, bucket):
        """All keys in the order of their UTF-8 bytes."""
        with self.lock:
            return sorted(self.bucket(bucket), key=str.encode)

    def begin_upload(self, bucket, key, headers):
        with self.lock:
            self.bucket(bucket)
            self.upload_count += 1
            name = f"upload-{self.upload_count}"
            self.uploads[name] = Upload(bucket, key, headers)
            return name

    def upload(self, bucket, key, name):
        found = self.uploads.get(name)
        need(found and (found.bucket, found.key) == (bucket, key),
             "NoSuchUpload", "no such upload")
        return found

    def complete_upload(self, bucket, key, name, chosen, now):
        """chosen: [(part number, etag)] as the client lists them."""
        with self.lock:
            upload = self.upload(bucket, key, name)
            numbers = [number for number, _ in chosen]
            need(chosen and numbers == sorted(set(numbers)),
                 "InvalidPartOrder", "parts in ascending order, please")
            parts = []
            for number, etag in chosen:
                part = upload.parts.get(number)
                need(part and part.etag == etag.strip('"'), "InvalidPart",
                     f"part {number} is not the one uploaded")
                parts.append(part)
            need(all(part.size >= MIN_PART for part in parts[:-1]),
                 "EntityTooSmall", "a part below 5 MiB before the last")
            digests = b"".join(bytes.fromhex(part.etag) for part in parts)
            etag = f"{hashlib.md5(digests).hexdigest()}-{len(parts)}"
            stored = self.put(bucket, key,
                              b"".join(part.body for part in parts),
                              upload.headers, now, etag)
            del self.uploads[name]
            return stored
