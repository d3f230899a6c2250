"""Who works for the city, as its identity provider knows them; and the name under which the service is registered."""

from dataclasses import dataclass, field
from typing import Any, Final

CLIENT_ID: Final = "citizenservice"
CLIENT_SECRET: Final = "oidc-demo-secret"


@dataclass(frozen=True)
class Person:
    """Somebody with an account at the provider. `email_verified` None leaves the claim out."""

    sub: str
    email: str
    name: str
    email_verified: Any = True
    amr: tuple[str, ...] = field(default=("pwd",))

    def claims(self) -> dict[str, Any]:
        """What the provider says about this person."""
        told: dict[str, Any] = {"sub": self.sub, "email": self.email, "name": self.name}
        return told if self.email_verified is None else told | {"email_verified": self.email_verified}


DEMO: Final = (
    Person("u-1001", "anouk@northwell.example", "Anouk de Vries"),
    Person("u-1002", "margaret@northwell.example", "Margaret Okafor", amr=("pwd", "mfa")),
    Person("u-1003", "ada@northwell.example", "Ada Lindqvist"),
    Person("u-1009", "visitor@northwell.example", "Somebody without an account"),
)


def person_from(fields: dict[str, Any]) -> Person:
    """Read a person as a handle gives them: sub, email, name?, email_verified?, amr? (a list)."""
    return Person(
        sub=str(fields["sub"]),
        email=str(fields["email"]),
        name=str(fields.get("name", fields["email"])),
        email_verified=fields.get("email_verified", True),
        amr=tuple(str(each) for each in fields.get("amr", ["pwd"])),
    )
