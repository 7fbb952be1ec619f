"""Who calls a store elsewhere, and how it shows that (RFC 7617, RFC 7616, RFC 6750)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ti_graph.errors import RequestError

METHODS = ("basic", "digest", "bearer")


@dataclass(frozen=True)
class Credentials:
    """Who calls.

    Arguments:
        method: one of ``METHODS``; empty for nobody in particular.
        user: the user's name, for basic and digest.
        secret: the password, or the bearer token.

    Raises:
        RequestError: something is missing.
    """

    method: str = ""
    user: str = ""
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.method in ("basic", "digest") and not self.user:
            raise RequestError(f"{self.method} authentication needs a user")
        if self.method and not self.secret:
            raise RequestError(
                f"{self.method} authentication needs a secret; it is read from the environment"
            )
        if self.secret and not self.method:
            raise RequestError(f"there is a secret, but not how to send it: {', '.join(METHODS)}")


#: Nobody in particular.
NOBODY = Credentials()
