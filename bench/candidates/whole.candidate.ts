import { PLATFORMS, type Candidate } from './candidate.js';
import { createSessionApp } from './session-module.js';
import { WholeController } from './whole.controller.js';

export const candidate: Candidate = {
  name: 'whole',
  role: 'own',
  platforms: PLATFORMS,
  visitors: ['anonymous', 'user'],
  routes: ['bare', 'read', 'unchanged', 'write', 'login', 'logout'],
  family: 'nest-session',
  boot: (platform, nodes) => createSessionApp([WholeController], platform, nodes),
};
