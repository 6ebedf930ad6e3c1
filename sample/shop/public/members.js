// What the page does for those who are logged in: devices, orders, and the users of the shop for its admins.

import { askFresh, showUser, signIn } from './account.js';
import { ask } from './ask.js';
import { element } from './dom.js';
import { isLive, listenAs } from './events.js';
import * as ledger from './ledger.js';
import { showDevices, showOrders, showUsers } from './lists.js';
import { say, showNotice } from './status.js';
import { inTurn } from './turns.js';

const LOOK_EVERY_MS = 2000;

let user;
let looking = false;
let readAll;
let showCart;

/** Wires the buttons. `page` reads everything again, or shows a cart. */
export function wireMembers(page) {
  ({ readAll, showCart } = page);
  element('log-in').onclick = () => void inTurn(enter);
  element('log-out').onclick = () => void inTurn(leave);
  element('check-out').onclick = () => void inTurn(checkOut);
  element('log-out-others').onclick = () => void inTurn(logOutOthers);
  element('log-out-everywhere').onclick = () => void inTurn(logOutEverywhere);
  setInterval(() => !isLive() && lookAgain(), LOOK_EVERY_MS);
}

/** Shows who is here now, with the session of this handle. Throws why, where somebody was and is no longer. */
export async function meet(next, handle) {
  if (!next && ledger.known().user !== undefined) await ask('GET', '/api/account');
  user = next;
  showUser(user);
  if (user) await refresh();
  listenAs(user && handle, lookAgain);
}

/** Something may have changed. However often that is said, it is looked for once, after what is being done. */
function lookAgain() {
  if (!user || looking) return;
  looking = true;
  void inTurn(() => {
    looking = false;
    return user && refresh();
  });
}

/** Not what the visitor asked for, so the room says nothing of it. */
async function refresh() {
  const read = (path) => ask('GET', `/api/${path}`, undefined, { quiet: true });
  user = await read('account');
  showUser(user);
  const [devices, orders, users] = await Promise.all([
    read('devices'),
    read('orders'),
    user.roles.includes('admin') ? read('admin/users') : [],
  ]);
  showDevices(devices, logOut);
  showOrders(orders);
  showUsers(users, user.name, setRole, setDisabled);
}

async function enter() {
  const entered = await signIn();
  if (!entered) return;
  // What else the visitor had stays behind.
  ledger.note({ user: entered.name, name: undefined });
  showNotice('');
  await readAll();
  say(`You are logged in as ${entered.name}, on all servers.`);
}

async function leave() {
  await ask('POST', '/api/account/logout');
  await stayWithCart();
  say('You are logged out here. The cart is still yours.');
}

function logOut(handle, name) {
  return inTurn(async () => {
    await ask('DELETE', `/api/devices/${handle}`);
    await refresh();
    say(`${name} is logged out.`);
  });
}

async function logOutOthers() {
  const { loggedOut } = await ask('DELETE', '/api/devices/others');
  await refresh();
  say(`Logged out elsewhere: ${loggedOut}.`);
}

async function logOutEverywhere() {
  await ask('DELETE', '/api/devices');
  await stayWithCart();
  say('You are logged out everywhere. The cart is still here.');
}

async function stayWithCart() {
  ledger.note({ user: undefined, viewed: [] });
  await readAll();
}

async function checkOut() {
  if (!user) await enter();
  if (!user) return;
  for (const id of Object.keys(ledger.known().pieces)) ledger.drop(id);
  const bought = await askFresh('PUT', `/api/orders/${crypto.randomUUID()}`);
  if (!bought) {
    await readAll();
    return say('Nothing was ordered.');
  }
  showCart(bought.cart);
  ledger.note({ pieces: bought.cart.pieces });
  await refresh();
  say('Thank you. The order is placed.');
}

function setRole(name, role) {
  return inTurn(async () => {
    await ask('PUT', `/api/admin/users/${name}/role`, { role });
    await refresh();
    say(`${name} is ${role} now, on each device.`);
  });
}

function setDisabled(name, disabled) {
  return inTurn(async () => {
    await ask('PUT', `/api/admin/users/${name}/disabled`, { disabled });
    await refresh();
    say(disabled ? `${name} is disabled, and logged out everywhere.` : `${name} may log in again.`);
  });
}
