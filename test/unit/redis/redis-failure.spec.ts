import { Redis } from 'ioredis';
import { describeFailure, isWrongType, kindOfFailure } from '../../../lib/redis/redis-failure.js';
import { startRedisServer, type RedisTestServer } from '../../../lib/testing/index.js';

describe('A failure of Redis', () => {
  let server: RedisTestServer;
  let client: Redis;

  beforeAll(async () => {
    server = await startRedisServer();
    client = new Redis({ host: server.host, port: server.port, protocol: 2 });
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.close();
  });

  const failureOf = (command: Promise<unknown>): Promise<unknown> =>
    command.then(
      () => Promise.reject(new Error('It did not fail')),
      (error: unknown) => error,
    );

  it('is told without the arguments of a command that the server does not know', async () => {
    const error = await failureOf(client.call('HSETX', 'sess:{home}:selector', 'field', 'text'));

    expect(String(error)).toContain('sess:{home}:selector');
    expect(describeFailure(error)).toBe("ERR unknown command 'HSETX'");
    expect(kindOfFailure(error)).toBe('refused');
  });

  it('is told without a line break in an argument bringing it back', () => {
    const error = new Error("ERR unknown command 'X', with args beginning with: 'a\nsecret' ");

    expect(describeFailure(error)).toBe("ERR unknown command 'X'");
  });

  it('of a key of another type is told apart', async () => {
    await client.set('text', '1');
    const error = await failureOf(client.hget('text', 'field'));

    expect(isWrongType(error)).toBe(true);
    expect(isWrongType(new Error('ERR other'))).toBe(false);
    expect(kindOfFailure(error)).toBe('refused');
    expect(describeFailure(error)).toMatch(/^WRONGTYPE/);
  });

  it('is cut to a length that a log line can hold', () => {
    expect(describeFailure(new Error('x'.repeat(10_000)))).toHaveLength(200);
  });

  it("of a cluster is told with the last node's", () => {
    const error = Object.assign(new Error('Failed to refresh slots cache.'), {
      lastNodeError: new Error("connect ECONNREFUSED 10.0.0.1:6379, with args beginning with: 'x'"),
    });

    expect(describeFailure(error)).toBe(
      'Failed to refresh slots cache. (connect ECONNREFUSED 10.0.0.1:6379)',
    );
  });

  it.each([undefined, null, 'a text', 42])('may be no error at all: %p', (thrown) => {
    expect(describeFailure(thrown)).toBe(String(thrown));
  });

  it.each([
    ['passing', 'MOVED 1234 10.0.0.1:6379'],
    ['passing', 'ASK 1234 10.0.0.1:6379'],
    ['passing', 'TRYAGAIN Multiple keys request during rehashing of slot'],
    ['unserved', 'CLUSTERDOWN Hash slot not served'],
    ['unserved', 'LOADING Redis is loading the dataset in memory'],
    ['unserved', 'READONLY You can not write against a read only replica.'],
    ['unserved', 'MASTERDOWN Link with MASTER is down'],
    ['unserved', 'connect ECONNREFUSED 127.0.0.1:6379'],
    ['unserved', 'Connection is closed.'],
    ['unserved', 'Command aborted due to connection close'],
    ['unserved', "Stream isn't writeable and enableOfflineQueue options is false"],
    ['unserved', "Cluster isn't ready and enableOfflineQueue options is false"],
    ['unserved', 'Too many Cluster redirections. Last error: Error: Connection is closed.'],
    ['unserved', 'read ECONNRESET'],
    ['unserved', 'Socket timeout. Expecting data, but did not receive any in 1000ms.'],
    ['unanswered', 'Command timed out'],
    ['refused', 'ERR syntax error'],
    ['refused', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['refused', "OOM command not allowed when used memory > 'maxmemory'."],
    ['refused', 'NOAUTH Authentication required.'],
    ['refused', 'NOPERM this user has no permissions'],
    ['refused', 'MISCONF Redis is configured to save RDB snapshots'],
  ])('says of its node: %s, by %s', (kind, message) => {
    expect(kindOfFailure(new Error(message))).toBe(kind);
  });
});
