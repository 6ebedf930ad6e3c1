import { BareController } from './bare.controller.js';
import type { Candidate } from './candidate.js';
import { createSessionApp } from './session-module.js';

/** The bare routes in an app that has our module: it makes all of Express cheaper, and what a session of ours adds is more than that hides. */
export const candidate: Candidate = {
  name: 'bare-beside-ours',
  role: 'floor',
  platforms: ['express'],
  visitors: ['anonymous'],
  routes: ['bare', 'read', 'unchanged', 'write', 'login', 'logout'],
  boot: (platform, nodes) => createSessionApp([BareController], platform, nodes),
};
