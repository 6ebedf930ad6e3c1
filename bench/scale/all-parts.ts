import type { Candidate } from '../candidates/candidate.js';
import type { Subject } from '../subject.js';
import { measureGrowth, type Level } from './growth.js';
import type { OpenLab, Part } from './part.js';
import type { Effort } from '../effort.js';
import { ofMasters, ofProcesses, ofSessions, ofUserSessions } from './levels.js';
import { measureMemory } from './session-memory.js';
import { measureUnits } from './unit-figures.js';

/** All of it on Fastify, where the session is most of what a request costs. */
export function allParts(whole: Candidate, manyLogins: Candidate): Part[] {
  const visitor: Subject = { candidate: whole, platform: 'fastify', visitor: 'anonymous' };
  const user: Subject = { candidate: whole, platform: 'fastify', visitor: 'user' };
  const sameUser: Subject = { candidate: manyLogins, platform: 'fastify', visitor: 'user' };
  return [
    {
      id: 'memory',
      title: 'Memory of a session',
      quick: true,
      async measure(open, effort) {
        return { memory: await measureMemory(open, [visitor, user], effort) };
      },
    },
    growth('sessions', 'More sessions in the cluster (of 200 B, anonymous)', ofSessions(visitor)),
    growth('masters', 'More masters, each with a replica (logged in, 2 kB)', ofMasters(user)),
    // With more of them, fewer of the commands that are ready in one turn are for the same one.
    growth('masters-1', 'More masters, one request at a time', ofMasters(user, 1)),
    growth('masters-64', 'More masters, 64 requests at a time', ofMasters(user, 64)),
    growth('processes', 'More app processes (logged in, 2 kB)', ofProcesses(user)),
    growth('user-sessions', 'More sessions of one user (2 kB)', ofUserSessions(sameUser)),
    {
      id: 'plan',
      title: 'A hundred million sessions',
      quick: true,
      async measure(open, effort) {
        const memory = await measureMemory(open, [user], effort, [2000]);
        const lab = await open({ config: { 'hash-max-listpack-value': '1024' } });
        return { units: await measureUnits(lab, user, memory, effort) };
      },
    },
  ];
}

function growth(
  id: string,
  title: string,
  levels: (open: OpenLab, effort: Effort) => Promise<Level[]>,
): Part {
  return {
    id,
    title,
    quick: true,
    async measure(open, effort) {
      return { growth: await measureGrowth(await levels(open, effort), effort) };
    },
  };
}
