// Ties the counter, the machine room and the ledger together.

import { endingOf } from './account.js';
import { ask, asking } from './ask.js';
import * as counter from './counter.js';
import { element } from './dom.js';
import * as ledger from './ledger.js';
import { meet, wireMembers } from './members.js';
import * as room from './room.js';
import { say, showNotice } from './status.js';
import { inTurn, onFailure } from './turns.js';

/** Safari keeps no Secure cookie of http://localhost: each request would be a new visitor's. */
const NO_COOKIE =
  'This browser keeps no Secure cookie for this address. Open http://localhost in Chromium or Firefox.';

let cart = { pieces: {} };
let handle;
let shardOfSession;
let state;
let lastServer;
let reading = false;

wireButtons();
onFailure(fail);
/** What was clicked first waits for the start. */
void inTurn(start);

async function start() {
  asking.addEventListener('answer', ({ detail }) => {
    room.showAnswer(detail);
    lastServer = detail.server ?? lastServer;
  });
  asking.addEventListener('again', ({ detail }) => say(reasonToWait(detail), true));
  await watchProcesses();
  counter.showProducts(await ask('GET', '/api/products'), look, add);
  await readAll();
}

/** Reads the whole session and holds it against what this page knew, also from before a reload. */
async function readAll() {
  const before = ledger.known();
  const visitor = await ask('GET', '/api/visitor');
  await meet(visitor.user, visitor.handle);
  room.showLost(ledger.check(before, { ...visitor, whole: true }));
  counter.showGreeting(visitor.user?.name ?? visitor.name);
  counter.showViewed(visitor.viewed ?? [], look);
  await locate(visitor.handle);
  showCart(visitor.cart ?? { pieces: {} });
  ledger.note({
    name: visitor.name,
    user: visitor.user?.name,
    viewed: visitor.viewed ?? [],
    pieces: cart.pieces,
  });
}

function add(sku) {
  const { name } = counter.productOf(sku);
  return change(`${name} is in the cart.`, 'PUT', `/api/cart/${crypto.randomUUID()}`, { sku });
}

function remove(id) {
  const { name } = counter.productOf(cart.pieces[id]);
  ledger.drop(id);
  return change(`One ${name} less.`, 'DELETE', `/api/cart/${id}`);
}

/** One write after the other, so that what was saved last is also what the visitor did last. */
function change(done, method, path, body) {
  return inTurn(async () => {
    const before = ledger.known();
    const answer = await ask(method, path, body);
    room.showLost(ledger.check(before, { cart: answer }));
    showCart(answer);
    ledger.note({ pieces: answer.pieces });
    say(done);
    if (!handle) await readAll();
  });
}

function look(sku) {
  return inTurn(async () => {
    const { product, viewed } = await ask('GET', `/api/products/${sku}`);
    ledger.note({ viewed });
    counter.showViewed(viewed, look);
    counter.openLook(product, add);
    if (!handle) await readAll();
  });
}

function rename(name) {
  return inTurn(async () => {
    await ask('PUT', '/api/visitor/name', { name });
    ledger.note({ name });
    counter.showGreeting(name);
    say(`The shop knows you as ${name}, on all servers.`);
    if (!handle) await readAll();
    if (!handle) showNotice(NO_COOKIE);
  });
}

function forget() {
  return inTurn(async () => {
    await ask('DELETE', '/api/visitor');
    ledger.forgetAll();
    say('The session has ended on all servers.');
    await readAll();
  });
}

function showCart(next) {
  cart = next;
  counter.showCart(cart.pieces, add, remove);
}

/** Which shard holds the session: the one whose master is the most interesting to kill. */
async function locate(newHandle) {
  if (newHandle === handle) return;
  handle = newHandle;
  const answer = handle && (await fetch(`/demo/shard?session=${handle}`));
  shardOfSession = answer && (await answer.json()).shard;
  if (state) room.showState(state, shardOfSession);
}

/** Resolves with the first state, which names the run. */
function watchProcesses() {
  return new Promise((resolve) => {
    const events = new EventSource('/demo/events');
    events.onmessage = ({ data }) => {
      const next = JSON.parse(data);
      // The shop was started anew, with new keys and an empty cluster.
      if (state && state.run !== next.run) return location.reload();
      state = next;
      ledger.openLedger(state.run);
      for (const text of room.showState(state, shardOfSession)) room.showEvent(text);
      if (room.isDisturbed(state)) void keepReading();
      resolve();
    };
    events.onopen = () => say('');
    events.onerror = () => say('The launcher is gone. Start it again with npm start.', true);
  });
}

/** While something is away the cart is read twice a second, and held against the ledger. */
async function keepReading() {
  if (reading) return;
  reading = true;
  let calm;
  do {
    calm = !room.isDisturbed(state);
    const before = ledger.known();
    try {
      const answer = await ask('GET', '/api/cart');
      const lost = ledger.check(before, { cart: answer });
      room.showLost(lost);
      const pieces = room.plural(Object.keys(answer.pieces).length, 'piece');
      if (lost.size === 0) say(`Nothing is lost: ${pieces} in the cart.`);
    } catch (error) {
      complain(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  } while (!calm);
  reading = false;
}

function wireButtons() {
  wireMembers({ readAll, showCart });
  element('name-form').onsubmit = (event) => {
    event.preventDefault();
    void rename(element('name').value.trim());
  };
  element('forget').onclick = () => void forget();
  element('kill-server').onclick = () => void press(`/demo/kill-server?server=${lastServer ?? ''}`);
  element('kill-master').onclick = () => void press(`/demo/kill-master?session=${handle ?? ''}`);
}

async function press(path) {
  const response = await fetch(path, { method: 'POST' });
  if (!response.ok) say((await response.json()).message, true);
}

function reasonToWait({ status, tries, waited }) {
  const reason =
    status === 503
      ? 'Redis is choosing a new master for your session.'
      : 'The server died while it answered.';
  return `${reason} Asking again (try ${tries + 1}, ${room.seconds(waited)} so far).`;
}

/** The session is over: says why, and begins anew. */
async function fail(error) {
  const ending = endingOf(error);
  if (ending === undefined) return complain(error);
  try {
    // A newer login of another tab stays.
    const { user } = await ask('GET', '/api/visitor');
    if (!user) {
      showNotice(ending);
      say(ending);
      ledger.forgetAll();
      // Who holds a token that was merely replaced can't end the session it was of.
      await ask('DELETE', '/api/visitor').catch(() => undefined);
    }
    await readAll();
  } catch (failure) {
    complain(failure);
  }
}

function complain(error) {
  say(error.message, true);
}
