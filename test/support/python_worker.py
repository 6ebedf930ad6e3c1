"""Does with sample/python/session.py what test/support/python-worker.ts asks: a line of JSON each way.

Values travel as Python literals, so that 1, 1.0, '1' and True stay apart.
"""

import ast
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / 'sample/python'))

from redis.cluster import RedisCluster  # noqa: E402
from session import Session, Token, decode, encode, token_of  # noqa: E402


class Worker:
    def __init__(self, host: str, port: str) -> None:
        self.redis = RedisCluster(host=host, port=int(port), decode_responses=True, encoding_errors='replace')

    def _session(self, cookie: str) -> Session:
        return Session(self.redis, Token.parse(token_of(cookie)))

    def read(self, cookie):
        values = self._session(cookie).read()
        return None if values is None else {name: repr(value) for name, value in values.items()}

    def write(self, cookie, field, literal):
        return self._session(cookie).write(field, ast.literal_eval(literal))

    def append(self, cookie, field, literal):
        return self._session(cookie).update(field, lambda items: (items or []) + [ast.literal_eval(literal)])

    def append_late(self, cookie, field, literal, others):
        """Somebody else writes between reading and writing, once for each of the literals."""

        def change(items):
            if others:
                self.write(cookie, field, others.pop(0))
            return (items or []) + [ast.literal_eval(literal)]

        return self._session(cookie).update(field, change)

    def key(self, cookie):
        return Token.parse(token_of(cookie)).key()

    def command(self, *arguments):
        return self.redis.execute_command(*arguments)

    def token(self, text, app_secrets, prefix):
        token = Token.parse(text)
        return {**token._asdict(), 'digest': token.digest, 'key': token.key(prefix), 'signed': token.is_signed_by(app_secrets, prefix)}

    def decode(self, text):
        return json.dumps(decode(text))

    def encode(self, value):
        return encode(value)


def main() -> None:
    worker = Worker(sys.argv[1], sys.argv[2])
    print(json.dumps({'answer': 'ready'}), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {'answer': getattr(worker, name)(*arguments)}
        except Exception as error:  # the test decides what it means
            answer = {'error': f'{type(error).__name__}: {error}'}
        print(json.dumps(answer), flush=True)


main()
