"""Reads a session that Nest wrote and puts something into its cart.

    python3 demo.py 127.0.0.1:6379 "__Host-sid=A..."
"""

import sys

from redis.cluster import RedisCluster
from session import Session, Token, token_of


def main(node: str, cookie_header: str) -> int:
    host, port = node.rsplit(':', 1)
    cluster = RedisCluster(host=host, port=int(port), decode_responses=True, encoding_errors='replace')
    session = Session(cluster, Token.parse(token_of(cookie_header)))
    values = session.read()
    if values is None:
        print('There is no such session.')
        return 1
    print(f"{values.get('username')} (user_id {values.get('user_id')}) has {len(values.get('cart', []))} things in the cart")
    added = session.update('cart', lambda cart: (cart or []) + [{'sku': 'tea', 'quantity': 2}])
    print('Added tea.' if added else 'The session has just ended.')
    return 0


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
