import { jest } from '@jest/globals';
import { SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import type { RedisClient } from '../../../lib/redis/redis-client.js';
import type { ScriptReply } from '../../../lib/redis/fenced-sending.js';
import { RedisExecutor } from '../../../lib/redis/redis-executor.js';

/** What Redis' clock shows less what this process' monotonic one does, in these tests. */
const OFFSET = 1_700_000_000_000.25;

/** The deadline that a script is given, without what follows. */
const deadlineOf = (fence: string): number => Number(fence.split(' ')[0]);

/** A single server with a clock; `time` is the only command that the executor sends by itself. */
class FakeServer {
  readonly status = 'ready';
  asked = 0;
  /** By how much its clock is off from the next TIME on. */
  off = 0;

  get now(): number {
    return performance.now() + OFFSET + this.off;
  }

  async exists(): Promise<number> {
    return 0;
  }

  async time(): Promise<[string, string]> {
    this.asked++;
    const seconds = Math.floor(this.now / 1000);
    return [`${seconds}`, `${Math.floor((this.now - seconds * 1000) * 1000)}`];
  }
}

describe('Sending to Redis', () => {
  let server: FakeServer;
  let executor: RedisExecutor;

  beforeEach(() => {
    server = new FakeServer();
    executor = new RedisExecutor(server as unknown as RedisClient);
  });

  const inTime = (ms = 5000): number => performance.now() + ms;
  const applied = (): Promise<ScriptReply> =>
    Promise.resolve(['applied', Math.floor(server.now), 'more']);
  const late = (): Promise<ScriptReply> => Promise.resolve(['late', Math.floor(server.now)]);

  describe('a write', () => {
    it("carries its deadline by the server's clock, cut to whole milliseconds, never beyond it", async () => {
      for (let n = 0; n < 50; n++) {
        const deadline = inTime(1000 + Math.random());
        await executor.runFenced('key', deadline, (_, fence) => {
          const beyond = deadlineOf(fence) - (deadline + OFFSET);
          expect(fence).toMatch(/^\d{13} \d{4}$/);
          expect(beyond).toBeLessThanOrEqual(0);
          expect(beyond).toBeGreaterThan(-500);
          return applied();
        });
      }
      expect(server.asked).toBe(1);
    });

    it('that finds itself late while there is time is sent again by a clock read anew', async () => {
      await executor.runFenced('key', inTime(), applied);
      server.off = 1_000_000;
      const sent: number[] = [];
      const deadline = inTime();

      const reply = await executor.runFenced('key', deadline, (_, fence) => {
        sent.push(deadlineOf(fence));
        return server.now < deadlineOf(fence) ? applied() : late();
      });

      expect(reply[0]).toBe('applied');
      expect(sent).toHaveLength(2);
      expect(sent[1]! - sent[0]!).toBeGreaterThan(990_000);
    });

    it('that is late rejects at its deadline', async () => {
      const deadline = inTime(100);

      await expect(executor.runFenced('key', deadline, late)).rejects.toBeInstanceOf(
        SessionStoreUnavailableError,
      );

      // Node's timers may be a millisecond early.
      expect(performance.now()).toBeGreaterThan(deadline - 2);
    });

    it('is not sent where the time of the server can not be learned', async () => {
      jest.spyOn(server, 'time').mockRejectedValue(new Error('Connection is closed.'));
      const send = jest.fn(applied);

      await expect(executor.runFenced('key', inTime(100), send)).rejects.toThrow(
        'Connection is closed.',
      );

      expect(send).not.toHaveBeenCalled();
    });
  });

  describe('a command', () => {
    it('needs one timer at most, and lets go of it when it is answered', async () => {
      const set = jest.spyOn(globalThis, 'setTimeout');
      const cleared = jest.spyOn(globalThis, 'clearTimeout');

      await executor.run('key', inTime(), applied);

      const timers = set.mock.results.map(({ value }) => value);
      const gone = cleared.mock.calls.map(([timer]) => timer);
      set.mockRestore();
      cleared.mockRestore();
      expect(timers).toHaveLength(1);
      expect(gone).toEqual(timers);
    });

    it('that can not even be sent rejects, and others have its place', async () => {
      const broken = (): Promise<never> => {
        throw new Error('ERR what is sent by mistake');
      };
      for (let n = 0; n < 600; n++) {
        await expect(executor.run('key', inTime(), broken)).rejects.toThrow('by mistake');
      }
      await expect(executor.run('key', inTime(), applied)).resolves.toContain('more');
    });

    it('is sent again while its failure may pass', async () => {
      const send = jest
        .fn<() => Promise<string>>()
        .mockRejectedValueOnce(new Error('CLUSTERDOWN Hash slot not served'))
        .mockRejectedValueOnce(new Error('LOADING Redis is loading the dataset in memory'))
        .mockResolvedValue('answer');

      await expect(executor.run('key', inTime(), send)).resolves.toBe('answer');
      expect(send).toHaveBeenCalledTimes(3);
    });

    it('is sent once where the server refuses it', async () => {
      const send = jest.fn(() => Promise.reject(new Error('OOM command not allowed')));

      await expect(executor.run('key', inTime(), send)).rejects.toThrow('OOM command not allowed');
      expect(send).toHaveBeenCalledTimes(1);
    });

    it('is not sent after its deadline', async () => {
      const send = jest.fn(applied);

      await expect(executor.run('key', performance.now(), send)).rejects.toBeInstanceOf(
        SessionStoreUnavailableError,
      );
      expect(send).not.toHaveBeenCalled();
    });

    it("without an answer rejects at its deadline, and a later failure of it is nobody's concern", async () => {
      let fail: (error: Error) => void = () => undefined;
      const never = new Promise<never>((_, reject) => {
        fail = reject;
      });

      await expect(executor.run('key', inTime(50), () => never)).rejects.toThrow(
        'no reply before the deadline',
      );
      fail(new Error('Connection is closed.'));
      await new Promise(setImmediate);
    });

    it('that keeps failing rejects before its deadline has passed, with the last failure', async () => {
      const deadline = inTime(200);
      const send = jest.fn(() => Promise.reject(new Error('CLUSTERDOWN The cluster is down')));

      await expect(executor.run('key', deadline, send)).rejects.toThrow(
        'CLUSTERDOWN The cluster is down',
      );

      expect(send.mock.calls.length).toBeGreaterThan(1);
    });
  });
});
