import { PLATFORMS, type Candidate } from './candidate.js';
import { SchemaSession } from './schema-session.js';
import { createSessionApp } from './session-module.js';
import { WholeController } from './whole.controller.js';

/** As `whole`, of an app that says by a class what its sessions hold. */
export const candidate: Candidate = {
  name: 'whole-schema',
  role: 'own',
  platforms: PLATFORMS,
  visitors: ['anonymous'],
  routes: ['read', 'unchanged', 'write'],
  family: 'nest-session',
  boot: (platform, nodes) =>
    createSessionApp([WholeController], platform, nodes, { schema: SchemaSession }),
};
