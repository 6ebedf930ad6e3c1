import { inFlight, range } from '../support/in-flight.js';
import type { AppProcess } from '../support/app-process.js';
import type { Act, Entry, Sight } from './history.js';
import type { LabClient } from './lab-client.js';
import type { Rig } from './rig.js';

/** What is under way when the server dies; several of each. */
const ACTS = ['write', 'append', 'increment', 'rotate', 'logout'] as const satisfies readonly Act[];
const OF_EACH = 5;
const AT_ONCE = 4;

type CutAct = (typeof ACTS)[number];

/** How a session was found whose request was cut off. */
export type Found = 'as before' | 'as after' | 'as neither';

/** A request that was cut off, and how its session was found. */
export interface CutRequest {
  readonly request: Entry;
  readonly found: Found;
}

/** One session, and what it was before its request. */
interface Subject {
  readonly act: CutAct;
  readonly client: LabClient;
  readonly token: string;
  readonly value: string;
  readonly before: Sight;
}

/**
 * Kills a server in the midst of requests of 25 sessions, all of them sent to it at once.
 * @param answers how many of them are answered when it dies
 */
export async function killInTheMidst(
  rig: Rig,
  server: AppProcess,
  answers: number,
): Promise<CutRequest[]> {
  const subjects = await inFlight(AT_ONCE, range(ACTS.length * OF_EACH), (at) =>
    subjectFor(rig, ACTS[at % ACTS.length]!),
  );
  const requests = await requestsUntilKill(rig, server, subjects, answers);
  const cut = subjects.flatMap((subject, at) => {
    const request = requests[at]!;
    return request.status === 0 ? [{ subject, request }] : [];
  });
  return inFlight(AT_ONCE, cut, async ({ subject, request }) => ({
    request,
    found: foundAs(
      subject.before,
      await read(subject.client, subject.token),
      afterwards(subject.act, subject.value, subject.before),
    ),
  }));
}

async function subjectFor(rig: Rig, act: CutAct): Promise<Subject> {
  const client = rig.load.newClient();
  if (act === 'logout') {
    await client.perform({ act: 'login', path: `/login/${client.user}` });
  }
  for (const first of ['write', 'append'] as const) {
    const value = client.newValue();
    await client.perform({ act: first, path: `/${first}/${value}`, value });
  }
  const token = client.token!;
  const before = await read(client, token);
  return { act, client, token, value: client.newValue(), before };
}

async function requestsUntilKill(
  rig: Rig,
  server: AppProcess,
  subjects: readonly Subject[],
  answers: number,
): Promise<Entry[]> {
  let killed: Promise<void> | undefined;
  let left = answers;
  const requests = subjects.map(async (subject) => {
    const entry = await request(subject, server.url);
    if (--left <= 0) killed ??= rig.killServer(server);
    return entry;
  });
  const entries = await Promise.all(requests);
  await killed;
  return entries;
}

function request({ act, client, token, value }: Subject, server: string): Promise<Entry> {
  switch (act) {
    case 'write':
    case 'append':
      return client.perform({ act, path: `/${act}/${value}`, token, value, server });
    default:
      return client.perform({ act, path: `/${act}`, token, server });
  }
}

async function read(client: LabClient, token: string): Promise<Sight> {
  const { sight } = await client.perform({ act: 'read', method: 'GET', path: '/read', token });
  return sight ?? {};
}

/** Tells by what a session shows how it was left. */
export function foundAs(before: Sight, now: Sight, after: Sight): Found {
  if (isSame(now, before)) return 'as before';
  return isSame(now, after) ? 'as after' : 'as neither';
}

/** What a session shows when the whole request was done. */
export function afterwards(act: CutAct, value: string, before: Sight): Sight {
  switch (act) {
    case 'write':
      return { ...before, mark: value };
    case 'append':
      return { ...before, log: [...(before.log ?? []), value] };
    case 'increment':
      return { ...before, count: (before.count ?? 0) + 1 };
    default:
      return {};
  }
}

function isSame(one: Sight, other: Sight): boolean {
  const parts = ({ mark, log, count, user }: Sight): unknown[] => [mark, log, count, user];
  return JSON.stringify(parts(one)) === JSON.stringify(parts(other));
}
