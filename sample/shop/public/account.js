// Who is logged in: logging in and signing up, giving the password again, and why a login is over.

import { ask } from './ask.js';
import { askIn } from './dialogs.js';
import { element } from './dom.js';

const ENDINGS = {
  revoked: 'This browser was logged out from another of your devices.',
  disabled: 'Your account was disabled.',
  evicted: 'You were logged out here, as you are logged in on too many devices.',
  expired: 'You were logged out here, as the session had expired.',
  logout: 'You have logged out.',
  destroyed: 'You have logged out.',
  rotated: 'This browser missed its new token. Please log in again.',
  forged: 'The session was not what the shop had stored. Please log in again.',
};

/** Why the session is over, in words; undefined where the error says nothing of the kind. */
export function endingOf({ reason }) {
  return ENDINGS[reason];
}

/** Resolves with the user, or undefined where the visitor would rather not. */
export function signIn() {
  return askIn(
    element('sign-in'),
    () => false,
    ({ way, user, password }) => ask('POST', `/api/account/${way}`, { user, password }),
  );
}

/** Asks for what needs a fresh login. Where it is not fresh, the user gives the password again. Undefined where they don't. */
export async function askFresh(method, path) {
  try {
    return await ask(method, path);
  } catch (error) {
    if (error.reason !== 'fresh_login_required') throw error;
  }
  const confirmed = await askIn(
    element('confirm'),
    (error) => endingOf(error) !== undefined,
    ({ password }) => ask('POST', '/api/account/confirm', { password }),
  );
  return confirmed && askFresh(method, path);
}

export function showUser(user) {
  element('top').classList.remove('unknown');
  element('name-form').hidden = user !== undefined;
  element('log-in').hidden = user !== undefined;
  for (const id of ['who', 'log-out', 'members']) element(id).hidden = user === undefined;
  element('who-name').textContent = user?.name ?? '';
  element('who-role').textContent = user?.roles.join(', ') ?? '';
  element('confirm-user').defaultValue = user?.name ?? '';
  element('admin').hidden = !user?.roles.includes('admin');
}
