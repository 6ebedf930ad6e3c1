import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NotNowError, type RedisShards } from './redis-shards.js';
import type { ShopServer } from './shop-server.js';

const LOOK_EVERY_MS = 300;
const HANDLE = /^[\w-]{8,64}$/;

/** What the page's panel shows and its two buttons do, under /demo/. It belongs to the demonstration, not to the shop. */
export class ControlDesk {
  readonly #run = randomUUID();
  readonly #watchers = new Set<ServerResponse>();
  #last = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly servers: readonly ShopServer[],
    private readonly shards: RedisShards,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const handle = searchParams.get('session') ?? '';
    const shard = HANDLE.test(handle) ? await this.shards.shardOf(handle) : undefined;
    switch (`${request.method} ${pathname}`) {
      case 'GET /demo/events':
        return this.#watch(response);
      case 'GET /demo/shard':
        return answer(response, 200, { shard });
      case 'POST /demo/kill-server':
        if (!isFromPage(request)) return answer(response, 403, { message: 'Not from the page.' });
        return this.#killServer(searchParams.get('server'), response);
      case 'POST /demo/kill-master':
        if (!isFromPage(request)) return answer(response, 403, { message: 'Not from the page.' });
        return this.#killMaster(shard, response);
      default:
        return answer(response, 404, { message: 'There is nothing here.' });
    }
  }

  #killServer(name: string | null, response: ServerResponse): void {
    const up = this.servers.filter(({ state }) => state === 'up');
    const server = up.find((one) => one.name === name) ?? up[0];
    if (!server || up.length === 1) {
      return answer(response, 409, { message: 'The last server stays. Wait for the others.' });
    }
    server.kill();
    answer(response, 200, { server: server.name });
  }

  async #killMaster(shard: string | undefined, response: ServerResponse): Promise<void> {
    try {
      answer(response, 200, await this.shards.killMaster(shard));
    } catch (error) {
      if (!(error instanceof NotNowError)) throw error;
      answer(response, 409, { message: error.message });
    }
  }

  /** Server-sent events: the state now, and again whenever it has changed. */
  #watch(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    this.#watchers.add(response);
    response.once('close', () => {
      this.#watchers.delete(response);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    this.#last = '';
    this.#timer ??= setInterval(() => void this.#tell(), LOOK_EVERY_MS);
  }

  async #tell(): Promise<void> {
    const servers = this.servers.map(({ name, state, pid }) => ({ name, state, pid }));
    const { healing } = this.shards;
    const state = { run: this.#run, servers, shards: await this.shards.status(), healing };
    const text = JSON.stringify(state);
    if (text === this.#last) return;
    this.#last = text;
    for (const response of this.#watchers) response.write(`data: ${text}\n\n`);
  }
}

/** No other site may press the buttons. */
function isFromPage({ headers }: IncomingMessage): boolean {
  return headers.origin?.replace(/^https?:\/\//, '') === headers.host;
}

function answer(response: ServerResponse, statusCode: number, body: object): void {
  response.writeHead(statusCode, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
