import { SESSION_COOKIE } from '../support/browser.js';
import { send, type Answer } from '../support/http-client.js';
import type { Act, Entry } from './history.js';

/** Longer than any promise: an answer that takes this long counts as none. */
const HANG_MS = 40_000;

/** What one request does, and to which session. */
export interface Errand {
  readonly act: Act;
  /** Path of the app. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  /** The unique value that it writes. */
  readonly value?: string;
  /** Of a session that the client no longer has; default the one it has. */
  readonly token?: string | undefined;
  /** When it should have been sent, if not now. */
  readonly intended?: number;
  /** Address of the server that is asked; default the next. */
  readonly server?: string;
}

/** What a client needs of the load it belongs to. */
export interface Recorder {
  /** The next server's address. */
  url(): string;
  shardOf(token: string | undefined): number;
  record(entry: Omit<Entry, 'id'>): Entry;
}

/** One browser under load. It keeps its cookie, and the history knows which session each cookie stood for. */
export class LabClient {
  token: string | undefined;
  /** The newest token of each session it has had. */
  readonly tokens = new Map<string, string>();
  readonly #sessions = new Map<string, string>();
  #begun = 0;
  #values = 0;

  /**
   * @param name the client's, for the history
   * @param owner what all its values begin with
   */
  constructor(
    readonly name: string,
    readonly owner: string,
    private readonly recorder: Recorder,
  ) {}

  get user(): string {
    return `${this.owner}user`;
  }

  /** A value that nobody has written before. */
  newValue(): string {
    return `${this.owner}${++this.#values}`;
  }

  /** Sends the request and notes what came of it. */
  async perform(errand: Errand): Promise<Entry> {
    const { act, path, value, method = 'POST', server = this.recorder.url() } = errand;
    const token = 'token' in errand ? errand.token : this.token;
    const headers: Record<string, string> =
      token === undefined ? {} : { cookie: `${SESSION_COOKIE}=${token}` };
    const begin = now();
    const answer = await answerOf(`${server}${path}`, method, headers);
    const end = now();
    const given = answer && givenToken(answer);
    const session = this.#sessionOf(act, token, given);
    const body = answer ? bodyOf(answer) : {};
    return this.recorder.record({
      session,
      owner: this.owner,
      act,
      intended: errand.intended ?? begin,
      begin,
      end,
      status: answer?.status ?? 0,
      server,
      shard: this.recorder.shardOf(given || token),
      ...(typeof body['code'] === 'string' && { code: body['code'] }),
      ...(value !== undefined && { value }),
      ...(typeof body['durable'] === 'boolean' && { durable: body['durable'] }),
      ...(act === 'read' && { sight: body }),
    });
  }

  /** Takes over a token that was given out, and tells which session the request belonged to. */
  #sessionOf(act: Act, sent: string | undefined, given: string | undefined): string {
    const known = this.#sessions.get(sent ?? '') ?? `${this.name}.0`;
    if (given === undefined) return known;
    if (given === '') {
      if (this.token === sent) this.token = undefined;
      return known;
    }
    const renewed = act === 'rotate' || act === 'elevate';
    const session = renewed ? known : `${this.name}.${++this.#begun}`;
    this.#sessions.set(given, session);
    this.tokens.set(session, given);
    this.token = given;
    return session;
  }
}

/** Milliseconds since 1970 with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

async function answerOf(
  url: string,
  method: string,
  headers: Record<string, string>,
): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), HANG_MS);
  });
  try {
    return await Promise.race([send(url, { method, headers }).catch(() => undefined), hang]);
  } finally {
    clearTimeout(timer);
  }
}

/** The session's cookie, '' where it was cleared, undefined where it was left alone. */
function givenToken({ setCookies }: Answer): string | undefined {
  const line = setCookies.find((text) => text.startsWith(`${SESSION_COOKIE}=`));
  return line === undefined ? undefined : /^[^=]*=([^;]*)/.exec(line)?.[1];
}

function bodyOf(answer: Answer): Record<string, unknown> {
  try {
    return answer.json();
  } catch {
    return {};
  }
}
