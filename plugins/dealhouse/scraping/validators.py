"""With what words a document is asked for again: only when it changed."""

from dataclasses import dataclass

GZIPPED = ("-gzip", "--gzip", ";gzip")  # what Apache and Jetty append to the tag of an answer that they compress


@dataclass(frozen=True)
class Validators:
    """What a document's last answer gave to ask with: `If-None-Match`, `If-Modified-Since`.

    url: where redirects had led when they were given; None = to the document's own address. Only there are they sent.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """A tag with the mark of a compressed answer is sent without it, too: servers forget their own mark."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        found = {name: value for name, value in named.items() if value and value.isprintable()}
        for mark in GZIPPED if "If-None-Match" in found else ():
            if found["If-None-Match"].endswith(f'{mark}"'):
                found["If-None-Match"] += f', {found["If-None-Match"].removesuffix(mark + chr(34))}"'
                break
        return found


NONE = Validators()
