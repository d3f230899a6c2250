"""The proofs of who somebody is: ID tokens signed with RS256 by keys made at the start, and the lies that can be ordered."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

LIES: Final = frozenset(
    {"nonce", "no_nonce", "expired", "key", "audience", "issuer", "unsigned", "shared_secret", "other_person", "azp"}
)
"""What can be wrong with the next proof. `key` signs with a key that /jwks does not name; `shared_secret` signs with the
public key as if it were a password; `other_person` answers /userinfo about somebody else."""
LIFE_SECONDS: Final = 300


@dataclass(frozen=True)
class Wanted:
    """What a proof is about: who asked (issuer, client), who it is for (claims), and which sign-in (nonce)."""

    issuer: str
    client_id: str
    nonce: str
    claims: dict[str, Any]


class Keys:
    """One key that everybody may know, and one that nobody was told of."""

    def __init__(self) -> None:
        self._known, self._unknown = _make(), _make()

    def published(self) -> dict[str, Any]:
        """The document at /jwks."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._known.public_key()))
        return {"keys": [public | {"kid": "known", "alg": "RS256", "use": "sig"}]}

    def proof(self, wanted: Wanted, *, lie: str | None) -> str:
        """Sign an ID token, spoiled as ordered."""
        claims = _claims(wanted, lie=lie)
        if lie == "unsigned":
            return jwt.encode(claims, key="", algorithm="none", headers={"kid": "known"})
        if lie == "shared_secret":
            return _signed_with_public_key(claims, self._known)
        key, kid = (self._unknown, "unknown") if lie == "key" else (self._known, "known")
        return jwt.encode(claims, key=key, algorithm="RS256", headers={"kid": kid})


def _claims(wanted: Wanted, *, lie: str | None) -> dict[str, Any]:
    now = int(time.time())
    claims = wanted.claims | {
        "iss": "https://elsewhere.example" if lie == "issuer" else wanted.issuer,
        "aud": "another-service" if lie == "audience" else wanted.client_id,
        "iat": now - 1000 if lie == "expired" else now,
        "exp": now - 600 if lie == "expired" else now + LIFE_SECONDS,
        "nonce": "of-another-sign-in" if lie == "nonce" else wanted.nonce,
    }
    if lie == "no_nonce":
        del claims["nonce"]
    return claims | ({"azp": "another-service"} if lie == "azp" else {})


def _signed_with_public_key(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """Make what an attacker can: everybody knows the public key, and a careless reader takes it for a shared secret."""

    def text(value: dict[str, Any]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = text({"alg": "HS256", "typ": "JWT", "kid": "known"}) + b"." + text(claims)
    mark = base64.urlsafe_b64encode(hmac.new(public, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + mark).decode()


def _make() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
