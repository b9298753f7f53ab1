"""Who may ask /predict: everybody, until PREDICT_JWT_SECRET is set. Then a request needs a token.

python3 -m project.auth --subject ada --minutes 60      # prints one
"""

import argparse
import base64
import binascii
import hashlib
import os
import re
import sys
import time

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import HTTPException, Request

ALGORITHM = "HS256"
AUDIENCE = "predict"
SHORTEST_SECRET = 32
OLDEST_SIGNATURE = 300  # seconds


def read_secret() -> str | None:
    """None where the service is open. A secret that was meant and is empty must not open it."""
    secret = os.environ.get("PREDICT_JWT_SECRET")
    if secret is not None and len(secret.encode()) < SHORTEST_SECRET:
        raise ValueError(f"PREDICT_JWT_SECRET needs {SHORTEST_SECRET} bytes or more, or not to be")
    return secret


def make_token(secret: str, subject: str, minutes: float) -> str:
    now = int(time.time())
    claims = {"sub": subject, "aud": AUDIENCE, "iat": now, "exp": now + int(minutes * 60)}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def find_objection(authorization: str, secret: str) -> str | None:
    """Why the header is not enough; None when it is."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return "send Authorization: Bearer TOKEN"
    try:
        jwt.decode(
            token.strip(),
            secret,
            algorithms=[ALGORITHM],  # never what the token itself asks for
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "aud"]},
        )
    except jwt.InvalidTokenError as error:
        return f"the token is not accepted: {error}"
    return None


def is_course(request: Request, body: bytes) -> bool:
    """The course signs what it asks; its public key is PREDICT_PROBE_KEY."""
    key = os.environ.get("PREDICT_PROBE_KEY", "")
    header = request.headers.get("practicum-signature", "")
    match = re.fullmatch(r"t=(\d{1,12}), ed25519=([A-Za-z0-9+/=]{88})", header)
    if not key or not match or abs(time.time() - int(match[1])) > OLDEST_SIGNATURE:
        return False
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    host = request.headers.get("host", "")
    digest = hashlib.sha256(body).hexdigest()
    signed = "\n".join([match[1], request.method, host, path, digest])
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
        public.verify(base64.b64decode(match[2]), signed.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


async def require_caller(request: Request) -> None:
    """Raises 401 unless the service is open, the course asks, or there is a good token."""
    secret = read_secret()
    if secret is None or is_course(request, await request.body()):
        return
    objection = find_objection(request.headers.get("authorization", ""), secret)
    if objection:
        raise HTTPException(401, objection, headers={"WWW-Authenticate": "Bearer"})


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subject", required=True, help="who will ask")
    parser.add_argument("--minutes", type=float, default=60, help="how long the token holds")
    options = parser.parse_args(arguments)
    secret = read_secret()
    if secret is None:
        sys.exit("PREDICT_JWT_SECRET is not set: the service is open and needs no token")
    print(make_token(secret, options.subject, options.minutes))


if __name__ == "__main__":
    main()
