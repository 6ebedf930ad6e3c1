"""Sessions of nest-session from Python: docs/format.md says what is where, docs/other-languages.md how to use this.

Needs redis-py (`apt install python3-redis` or `pip install redis`). The client must decode replies:

    cluster = RedisCluster(host='10.0.0.1', port=6379, decode_responses=True, encoding_errors='replace')
    session = Session(cluster, Token.parse(token_of(request.headers['Cookie'])))
    values = session.read()             # None: there is no such session (any more)
    session.write('theme', 'dark')      # False: there is none, and none was made
    session.update('cart', lambda cart: (cart or []) + [item])
"""

import base64
import hashlib
import hmac
import json
import math
import re
import secrets
import time
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence

TOKEN = re.compile(r'[AU][A-Za-z0-9_-]{95}')

# KEYS[1] the session; ARGV: field, text, id of this write, digest of the token's secret ('' if the token is not at hand),
# and where it matters the text the field must still have ('' if none). 1 written, 0 no such session, -1 another text.
# No plain command of Redis 7 writes without creating: HSET on a session that has just ended would leave half of one.
WRITE_FIELD = """
if string.sub(ARGV[1], 1, 1) == '@' then return redis.error_reply('ERR fields with @ are not yours') end
local own = redis.call('HMGET', KEYS[1], '@s', '@z', ARGV[1], '@p')
local before, used = string.match(own[4] or '', '^(%S+) %d+ (%d+)$')
local good = ARGV[4] == '' or ARGV[4] == own[1]
  or (ARGV[4] == before and (used == '0' or redis.call('TIME')[1] * 1000 < used + 10000))
if not own[1] or not good then return 0 end
if ARGV[5] and ARGV[5] ~= (own[3] or '') then return -1 end
local bytes = (tonumber(own[2]) or 0) + #ARGV[2]
if own[3] then bytes = bytes - #own[3] else bytes = bytes + #ARGV[1] end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], '@v', ARGV[3], '@z', string.format('%.0f', bytes))
return 1
"""
WRITTEN, CHANGED_MEANWHILE = 1, -1
GRACE_MS = 10_000
ATTEMPTS = 50


class Token(NamedTuple):
    """What the client holds, taken apart."""

    kind: str  # 'A' anonymous, 'U' of a user
    home: str
    selector: str
    secret: str
    tag: str

    @classmethod
    def parse(cls, text: str) -> 'Token':
        """Raises ValueError for what can't be a token. Says nothing yet about who made it."""
        if not TOKEN.fullmatch(text):
            raise ValueError('not a session token')
        return cls(text[0], text[1:21], text[21:37], text[37:80], text[80:])

    @property
    def digest(self) -> str:
        """What Redis holds of the secret."""
        return _base64url(hashlib.sha256(self.secret.encode()).digest())

    def key(self, prefix: str = 'sess:') -> str:
        """The session's key."""
        return f'{prefix}{{{self.home}}}:{self.selector}'

    def is_signed_by(self, app_secrets: Sequence[str], prefix: str = 'sess:') -> bool:
        """Whether an app with one of these secrets made the token. Optional: Redis knows no token that nobody made."""
        signed = ''.join(self[:4]).encode()
        tags = [hmac.digest(_tag_key(secret, prefix), signed, 'sha256')[:12] for secret in app_secrets]
        return any([hmac.compare_digest(_base64url(tag), self.tag) for tag in tags])


def token_of(cookie_header: str, name: str = '__Host-sid') -> str:
    """The token in a Cookie header. Two cookies of the name: someone else may have set one, so neither counts."""
    pairs = (part.strip().partition('=') for part in cookie_header.split(';'))
    values = [value for key, _, value in pairs if key == name]
    if len(values) != 1:
        raise ValueError(f'{len(values)} cookies {name}')
    return values[0]


def encode(value: Any) -> str:
    """JSON, except that a string that is not itself valid JSON goes as it is."""
    if isinstance(value, str) and not _is_json(value) and _is_well_formed(value):
        return value
    return json.dumps(value, allow_nan=False)


def decode(text: str) -> Any:
    """JSON where it is valid JSON, else the text as a string."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except ValueError:
        return text


class Session:
    """One session. Nothing here creates or prolongs it."""

    def __init__(self, redis: Any, token: Token, prefix: str = 'sess:') -> None:
        self._redis = redis
        self._token = token
        self._key = token.key(prefix)

    def read(self) -> Optional[Dict[str, Any]]:
        """All values by name, or None where the session has ended or the token was replaced."""
        fields = self._redis.hgetall(self._key)
        if not self._is_good(fields.get('@s'), fields.get('@p')):
            return None
        return {name: decode(text) for name, text in fields.items() if not name.startswith('@')}

    def write(self, field: str, value: Any) -> bool:
        """Sets one field, whatever it holds; False where the session has ended."""
        return self._send(field, value) == WRITTEN

    def update(self, field: str, change: Callable[[Any], Any]) -> bool:
        """Sets one field to what `change` makes of its value (None: absent), and loses nobody's write in between."""
        for _ in range(ATTEMPTS):
            newest, before, text = self._redis.hmget(self._key, '@s', '@p', field)
            if not self._is_good(newest, before):
                return False
            sent = self._send(field, change(None if text is None else decode(text)), text or '')
            if sent != CHANGED_MEANWHILE:
                return sent == WRITTEN
        raise RuntimeError(f'{field} was changed by others {ATTEMPTS} times in a row')

    def _is_good(self, newest: Optional[str], before: Optional[str]) -> bool:
        """Whether the token is the newest, or the one before, which is good until 10 s after the newest was first used."""
        if newest is None:
            return False
        digest, _, used = (before or '- 0 0').split(' ')
        if used != '0' and time.time() * 1000 >= int(used) + GRACE_MS:
            digest = '-'
        good = (newest.encode(), digest.encode())
        return any([hmac.compare_digest(one, self._token.digest.encode()) for one in good])

    def _send(self, field: str, value: Any, *expected: str) -> int:
        version = secrets.token_urlsafe(8)
        arguments = [field, encode(value), version, self._token.digest, *expected]
        return self._redis.eval(WRITE_FIELD, 1, self._key, *arguments)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def _tag_key(secret: str, prefix: str) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of 32 bytes: one round."""
    extracted = hmac.digest(prefix.encode(), secret.encode(), 'sha256')
    return hmac.digest(extracted, b'nest-session token tag v1\x01', 'sha256')


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
        return True
    except ValueError:
        return False


def _is_well_formed(text: str) -> bool:
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False


def _refuse(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def _finite(literal: str) -> Any:
    """1e400 is a number no float can hold: its text, as in Nest."""
    value = float(literal)
    return value if math.isfinite(value) else literal
