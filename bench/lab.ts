import {
  startRedisCluster,
  type RedisClusterOptions,
  type RedisTestCluster,
} from 'nest-session/testing';
import { startApp, type AppProcess } from './apps/app-process.js';
import { IDLE_MS, type Candidate, type Platform } from './candidates/candidate.js';
import type { LoadJob } from './load/job.js';
import { LoadProcess } from './load/load-process.js';
import { ROUTES, seedPath } from './routes.js';
import type { Subject } from './subject.js';

/** Later the ends of sessions would be moved by the requests that are measured: once in a tenth of the idle time. */
const SESSIONS_LAST_MS = IDLE_MS / 20;
const SEEDING_CONNECTIONS = 16;
/** Nothing is measured meanwhile, so what a busy machine has not answered in time is asked for again. */
const SEEDING_ATTEMPTS = 10;

type LoginRequest = Pick<LoadJob, 'method' | 'path'>;

interface SeededSessions {
  readonly cookies: Promise<readonly string[]>;
  readonly since: number;
}

/** The cluster, the apps and the load of one run. What is needed is started when it is asked for first. */
export class Lab {
  readonly cluster: RedisTestCluster;
  readonly load: LoadProcess = new LoadProcess();
  /** Names of what has run for long enough to be compiled. */
  readonly warm: Set<string> = new Set();

  readonly #apps = new Map<string, Promise<AppProcess>>();
  readonly #sessions = new Map<string, SeededSessions>();

  constructor(cluster: RedisTestCluster) {
    this.cluster = cluster;
  }

  static async open(cluster: RedisClusterOptions = {}): Promise<Lab> {
    return new Lab(await startRedisCluster(cluster));
  }

  get redisPids(): number[] {
    return this.cluster.nodes.map(({ pid }) => pid);
  }

  /** The app of a candidate; a further process of it where a number is given. */
  app(candidate: Candidate, platform: Platform, process = 0): Promise<AppProcess> {
    const key = `${candidate.name} ${platform} ${process}`;
    const known = this.#apps.get(key);
    if (known) return known;
    const nodes = this.cluster.addresses;
    const started = startApp({ candidate: candidate.name, platform, nodes });
    this.#apps.set(key, started);
    return started;
  }

  /** Cookies of sessions that are made once for all candidates which can read them. */
  sessions(subject: Subject, bytes: number, count: number): Promise<readonly string[]> {
    const { candidate, visitor } = subject;
    if (!candidate.family) return Promise.resolve([]);
    const key = `${candidate.family} ${visitor} ${bytes} ${count}`;
    const known = this.#sessions.get(key);
    if (known && Date.now() - known.since < SESSIONS_LAST_MS) return known.cookies;
    const cookies = this.makeSessions(subject, bytes, count);
    this.#sessions.set(key, { cookies, since: Date.now() });
    return cookies;
  }

  /** Cookies of new sessions. */
  async makeSessions(
    subject: Subject,
    bytes: number,
    count: number,
    login: LoginRequest = ROUTES.login,
  ): Promise<readonly string[]> {
    const { candidate, platform, visitor } = subject;
    if (!candidate.family) return [];
    const { port } = await this.app(candidate, platform);
    const cookies: string[] = [];
    for (let failures = 0; cookies.length < count;) {
      const missing = count - cookies.length;
      const seeds = await this.#send(port, { method: 'POST', path: seedPath(bytes) }, [], missing);
      const made =
        visitor === 'user' && seeds.length > 0
          ? await this.#send(port, login, seeds, seeds.length)
          : seeds;
      cookies.push(...made);
      if (made.length < missing && ++failures === SEEDING_ATTEMPTS) {
        throw new Error(`${candidate.name}: ${cookies.length} sessions made of ${count}.`);
      }
    }
    return cookies;
  }

  /** Deletes all sessions. */
  async flush(): Promise<void> {
    this.#sessions.clear();
    const masters = this.cluster.nodes.filter(({ role }) => role === 'master');
    await Promise.all(masters.map((node) => this.cluster.command(node, 'FLUSHALL')));
  }

  async close(): Promise<void> {
    this.load.stop();
    const apps = await Promise.allSettled(this.#apps.values());
    const started = apps.flatMap((app) => (app.status === 'fulfilled' ? app.value : []));
    await Promise.all(started.map((app) => app.stop()));
    await this.cluster.close();
  }

  /** Cookies of those answers that were good. */
  async #send(
    port: number,
    request: LoginRequest,
    cookies: readonly string[],
    count: number,
  ): Promise<readonly string[]> {
    const pace = { kind: 'each', count } as const;
    const job = { ports: [port], ...request, cookies, connections: SEEDING_CONNECTIONS, pace };
    return (await this.load.run(job)).cookies;
  }
}
