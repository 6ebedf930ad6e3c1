import { SESSION_COOKIE } from '../../support/browser.js';
import { send } from '../../support/http-client.js';
import { inFlight } from '../../support/in-flight.js';
import { isAcknowledged, type Act } from '../history.js';
import { now, type LabClient } from '../lab-client.js';
import { NEW_FIELD, NEWER_TOKENS, NEWER_WRITES, NewerVersion } from '../newer-version.js';
import type { Rig } from '../rig.js';
import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const LONG_MS = 6000;
const AT_ONCE = 4;
/** What this version does with the session after the later one wrote to it. */
const DONE: readonly Act[] = ['write', 'append', 'increment', 'rotate', 'roles'];

export const scenario: Scenario = {
  id: 'F25',
  fault:
    'a later version of the library at the same keys: reserved fields, members of sealed texts, a version of the data and tokens that this one does not know',
  promise:
    'what it does not know it serves and leaves as it is, or refuses and touches nothing; not noticed by anybody else',
  run: () => {
    const ignored: string[] = [];
    const destroyed: string[] = [];
    const shared = { sessions: 0, whole: 0 };
    return underFault(
      {},
      async (rig) => {
        const newer = new NewerVersion(rig);
        for (const [what, write] of Object.entries(NEWER_WRITES)) {
          const client = await loggedIn(rig);
          await write(newer, client.token!);
          const before = await newer.added(client.token!);
          if (!(await isServed(rig, client))) ignored.push(what);
          const after = await newer.added(client.token!);
          if (JSON.stringify(before) !== JSON.stringify(after)) destroyed.push(what);
        }
        for (const [what, tokenOf] of Object.entries(NEWER_TOKENS)) {
          const { token } = await loggedIn(rig);
          const before = JSON.stringify(await newer.stored(token!));
          if (!(await isRefused(rig, tokenOf(newer, token!)))) ignored.push(`a token: ${what}`);
          if (before !== JSON.stringify(await newer.stored(token!))) destroyed.push(what);
        }
        Object.assign(shared, await atWork(rig, newer));
      },
      (facts) => {
        const { promises } = facts;
        promises.keep(ignored.length === 0, `neither served nor refused: ${ignored.join(', ')}`);
        promises.keep(destroyed.length === 0, `not left as it was: ${destroyed.join(', ')}`);
        promises.keep(shared.sessions > 0, 'no session had anything of the later version');
        const whole = `${shared.whole} of ${shared.sessions} sessions under load kept what it wrote`;
        promises.keep(shared.whole === shared.sessions, whole);
        const [writes, tokens] = [NEWER_WRITES, NEWER_TOKENS].map((all) => Object.keys(all).length);
        return (
          `of ${writes} things it writes and ${tokens} tokens it makes ${ignored.length} neither served nor refused, ${destroyed.length} changed; ` +
          `${whole}; ${noticedByNobody(facts)}`
        );
      },
    );
  },
};

async function loggedIn(rig: Rig): Promise<LabClient> {
  const client = rig.load.newClient();
  await client.perform({ act: 'login', path: `/login/${client.user}` });
  const value = client.newValue();
  await client.perform({ act: 'write', path: `/write/${value}`, value });
  return client;
}

/** Whether the session is its user's as ever, on every server, whatever is done with it. */
async function isServed(rig: Rig, client: LabClient): Promise<boolean> {
  for (const act of DONE) {
    const value = client.newValue();
    const done = await client.perform({ act, path: pathOf(act, client, value), value });
    if (!isAcknowledged(done)) return false;
    for (const { url: server } of rig.servers) {
      const read = { act: 'read', method: 'GET', path: '/read', server } as const;
      const { sight } = await client.perform(read);
      if (sight?.user !== client.user || sight.mark === undefined) return false;
    }
  }
  return true;
}

function pathOf(act: Act, { user }: LabClient, value: string): string {
  if (act === 'roles') return `/roles/${user}/${value}`;
  return act === 'write' || act === 'append' ? `/${act}/${value}` : `/${act}`;
}

/** Whether every server takes it for no token, and leaves the client's cookie alone. */
async function isRefused(rig: Rig, token: string): Promise<boolean> {
  const headers = { cookie: `${SESSION_COOKIE}=${token}` };
  for (const { url } of rig.servers) {
    const answer = await send(`${url}/read`, { headers });
    const isLeftAlone = answer.status === 200 && answer.setCookies.length === 0;
    if (!isLeftAlone || Object.keys(answer.json()).length > 0) return false;
  }
  return true;
}

/** The later version writes to all sessions of the load, again and again. @returns those that live, and in how many its field is as written */
async function atWork(rig: Rig, newer: NewerVersion): Promise<{ sessions: number; whole: number }> {
  const written = new Map<string, string>();
  const end = now() + LONG_MS;
  for (let round = 0; now() < end; round++) {
    const tokens = [...rig.load.visitors, ...rig.load.members].flatMap(({ token }) => token ?? []);
    await inFlight(AT_ONCE, tokens, async (token) => {
      await newer.addField(token, `newer-${round}`);
      written.set(token.slice(0, 37), `newer-${round}`);
    });
  }
  const kept = await inFlight(AT_ONCE, [...written], async ([place, text]) => {
    const stored = await newer.stored(place);
    return stored['@s'] === undefined ? undefined : stored[NEW_FIELD] === text;
  });
  const living = kept.filter((is) => is !== undefined);
  return { sessions: living.length, whole: living.filter(Boolean).length };
}
