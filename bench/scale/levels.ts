import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Subject } from '../subject.js';
import type { Level } from './growth.js';
import type { OpenLab } from './part.js';
import { plantSessions } from './planted-sessions.js';

const BYTES = 2000;
const PLANTED_BYTES = 200;

type Levels = (open: OpenLab, effort: Effort) => Promise<Level[]>;

export function ofSessions(subject: Subject): Levels {
  return (open, { name }) =>
    inTurn(name === 'full' ? [1000, 30_000, 1_000_000] : [1000, 10_000], async (count) => {
      const lab = await open();
      const cookies = await plantSessions(lab.cluster.addresses, count, PLANTED_BYTES);
      return { name: nameOf(count), lab, subject, cookies };
    });
}

export function ofMasters(subject: Subject, connections?: number): Levels {
  return (open, effort) =>
    inTurn([3, 6], async (masters) => {
      const lab = await open({ masters });
      const cookies = await lab.sessions(subject, BYTES, effort.sessions(BYTES));
      return { name: nameOf(masters), lab, subject, cookies, ...(connections && { connections }) };
    });
}

export function ofProcesses(subject: Subject): Levels {
  return async (open, effort) => {
    const lab = await open();
    const cookies = await lab.sessions(subject, BYTES, effort.sessions(BYTES));
    return [1, 2, 4].map((count) => ({
      name: nameOf(count),
      lab,
      subject,
      cookies,
      processes: count,
    }));
  };
}

export function ofUserSessions(subject: Subject): Levels {
  return async (open) => {
    const lab = await open();
    return inTurn([1, 10, 100, 1000], async (each) => {
      const cookies = await sessionsOfUsers(lab, subject, each);
      return { name: nameOf(each), lab, subject, cookies };
    });
  };
}

/** A thousand sessions, of as many users as it takes if each has so many. */
async function sessionsOfUsers(lab: Lab, subject: Subject, each: number): Promise<string[]> {
  const users = Array.from({ length: 1000 / each }, (_, at) => `user-${each}-${at}`);
  const cookies = await inTurn(users, (user) =>
    lab.makeSessions(subject, BYTES, each, { method: 'POST', path: `/login/${user}` }),
  );
  return cookies.flat();
}

/** One after the other. */
async function inTurn<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

function nameOf(count: number): string {
  return count.toLocaleString('en');
}
