import type { SessionKeys } from './session-keys.js';
import { until } from './until.js';

/**
 * Lets time pass for single sessions, by moving the times in their hashes back: nothing has to be waited for. Go some seconds too
 * far: a server's idea of Redis' clock lags on a busy machine.
 */
export class SessionAgeing {
  constructor(private readonly keys: () => SessionKeys) {}

  /** The session's secret was made so much earlier, and first used so much earlier. */
  async secret(token: string, milliseconds: number): Promise<void> {
    const { redis } = this.keys();
    const key = this.keys().keyOf(token);
    const [secrets, times] = await redis.hmget(key, '@p', '@m');
    const back = (time: string | undefined): number => Math.max(0, Number(time) - milliseconds);
    if (secrets) {
      const [before, made, used] = secrets.split(' ');
      await redis.hset(key, '@p', `${before} ${back(made)} ${back(used)}`);
      return;
    }
    const [created, end, idle] = times!.split(' ');
    await redis.hset(key, '@m', `${back(created)} ${end} ${idle}`);
  }

  /** The session was last used so much earlier. */
  async use(token: string, milliseconds: number): Promise<void> {
    const key = this.keys().keyOf(token);
    const touched = Number(await this.keys().redis.hget(key, '@t'));
    await this.keys().redis.hset(key, '@t', String(touched - milliseconds));
  }

  /** Until a request with the newest secret has been noted: from then on the one before has its grace. */
  async untilFirstUse(token: string): Promise<void> {
    await until('the first use of the newest secret is noted', async () => {
      const secrets = await this.keys().redis.hget(this.keys().keyOf(token), '@p');
      return secrets !== null && !secrets.endsWith(' 0');
    });
  }

  /** Digest of the newest secret. */
  async newest(token: string): Promise<string | null> {
    return this.keys().redis.hget(this.keys().keyOf(token), '@s');
  }

  /** When the session ends at the latest, and when its key does: ms since 1970. */
  async ends(token: string): Promise<{ absolute: number; key: number }> {
    const key = this.keys().keyOf(token);
    const times = await this.keys().redis.hget(key, '@m');
    return {
      absolute: Number(times!.split(' ')[1]),
      key: await this.keys().redis.pexpiretime(key),
    };
  }
}
