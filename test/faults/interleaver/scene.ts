import { randomUUID } from 'node:crypto';
import { ACTS, Hand, KEEP, ONCE, sightOf, type ActName } from './acts.js';
import type { Deed, Sight } from './history.js';
import { strangeKeys } from './key-rules.js';
import type { Origin } from './lives.js';
import { judge } from './rules.js';
import type { Server } from './server.js';
import { Stage } from './stage.js';
import type { Play } from './walker.js';

/** Who is there, and what they are about to do. */
export interface Cast {
  /** Whose session all requests bring. */
  readonly who: 'visitor' | 'user';
  readonly acts: readonly ActName[];
}

/** A change from outside, prepared for one order; its name begins with `*`. */
export type Event = (origin: Origin, server: Server) => Promise<void>;

export interface SceneOptions {
  readonly events?: Readonly<Record<string, Event>>;
  /** Whether replies are lost. */
  readonly hasFaults?: boolean;
  /** Before the actors begin: makes the session older, for instance. */
  readonly ageing?: Event;
}

export const EXPIRES = '*expires';

const START = { kept: 'from before', dropped: 'from before', cart: ['start'], n: 1 };
const ROLES = ['customer'];
const NAMES = ['A', 'B', 'C'];

/** Prepares one order on a new session: each actor on the next of the servers. */
export async function prepare(
  servers: readonly Server[],
  { who, acts }: Cast,
  { events = {}, hasFaults = false, ageing }: SceneOptions = {},
): Promise<Play> {
  const user = `user-${randomUUID()}`;
  const origin = await begin(servers[0]!, who, user, acts.includes('takeOnce'));
  await ageing?.(origin, servers[0]!);
  const stage = new Stage(NAMES.slice(0, acts.length));
  const deeds: Deed[] = [];
  const happened = new Set<string>();
  return {
    stage,
    start: () => {
      stage.actors.forEach((actor, at) => {
        const server = servers[at % servers.length]!;
        const hand = new Hand(actor, server, origin, deeds);
        actor.start(() => ACTS[acts[at]!](hand));
      });
    },
    events: new Map(
      Object.entries(events).map(([name, event]) => [
        name,
        async () => {
          happened.add(name);
          await event(origin, servers[0]!);
        },
      ]),
    ),
    judge: async () => {
      const hasExpired = happened.has(EXPIRES);
      const sights = await look(servers, origin, deeds);
      const strange = await strangeKeys(servers, stage.actors, {
        origin,
        deeds,
        alive: new Set([...sights.values()].flatMap(({ handle }) => handle ?? [])),
        isStrict: !hasFaults,
      });
      const outlook = {
        sights,
        listed: await lists(servers.at(-1)!, origin, deeds),
        lastOnce: await lastOnce(servers.at(-1)!, origin, deeds),
      };
      const alarms = servers.flatMap((server) =>
        [origin, ...deeds].flatMap(({ handle }) => server.alarms.get(handle ?? '') ?? []),
      );
      return [...strange, ...alarms, ...judge({ origin, deeds, outlook, hasExpired, hasFaults })];
    },
  };
}

async function begin(
  server: Server,
  who: Cast['who'],
  user: string,
  needsOnce: boolean,
): Promise<Origin> {
  const session = await server.open();
  Object.assign(session, structuredClone(START));
  let token: string | undefined;
  if (who === 'user') {
    const keep = ['dropped', ...KEEP];
    ({ token } = await session.login(user, { roles: ROLES, keep }));
  }
  if (needsOnce) session.putOnce(ONCE.name, ONCE.value);
  const saved = await session.save();
  return {
    handle: session.handle!,
    token: (token ?? saved.token)!,
    owner: session.principal?.id,
    user,
    roles: who === 'user' ? ROLES : [],
    data: START,
    once: ONCE.value,
  };
}

/** What each token that anybody holds opens, on one server or another. */
async function look(
  servers: readonly Server[],
  { token }: Origin,
  deeds: readonly Deed[],
): Promise<Map<string, Sight>> {
  const tokens = new Set([token, ...deeds.flatMap((deed) => deed.token ?? [])]);
  const sights = [...tokens].map(async (held, at) => {
    const session = await servers[at % servers.length]!.open(held);
    return [held, sightOf(session)] as const;
  });
  return new Map(await Promise.all(sights));
}

async function lists(
  server: Server,
  { owner }: Origin,
  deeds: readonly Deed[],
): Promise<Map<string, string[]>> {
  const users = new Set(
    [owner, ...deeds.map(({ intent }) => ('user' in intent ? intent.user : undefined))].filter(
      (user) => user !== undefined,
    ),
  );
  const pages = [...users].map(async (user) => {
    const { sessions } = await server.registry.list(user);
    return [user, sessions.map(({ handle }) => handle)] as const;
  });
  return new Map(await Promise.all(pages));
}

/** Tries once more to take what can be taken once. */
async function lastOnce(
  server: Server,
  { token }: Origin,
  deeds: readonly Deed[],
): Promise<{ taken: unknown } | undefined> {
  if (!deeds.some(({ intent }) => intent.does === 'take')) return undefined;
  const session = await server.open(token);
  return { taken: await session.takeOnce(ONCE.name) };
}
