import { PLATFORMS, type Candidate } from './candidate.js';
import { createSessionApp } from './session-module.js';
import { WholeController } from './whole.controller.js';

/** Room for all sessions of a question, and also for small ones, for which copies are not meant. */
const BOUNDS = { from: 0, maxBytes: '512MB', maxEntries: 20_000 };

/** As `whole`, of an app that keeps copies of what it has read. */
export const candidate: Candidate = {
  name: 'local-copy',
  role: 'own',
  platforms: PLATFORMS,
  visitors: ['anonymous', 'user'],
  routes: ['read', 'unchanged', 'write'],
  // Apps without copies would change its sessions in their rounds, more often than anybody's other servers do.
  family: 'nest-session with copies',
  boot: (platform, nodes) =>
    createSessionApp([WholeController], platform, nodes, { localCopy: BOUNDS }),
};
