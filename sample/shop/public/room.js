// The machine room: who answered, what it cost, which servers and Redis nodes are there.

import { element, make } from './dom.js';

const ROWS = 14;
const counts = { requests: 0, again: 0, longest: 0 };

export function showAnswer({ method, path, status, server, commands, ms, waited, tries }) {
  counts.requests++;
  if (tries > 1) counts.again++;
  const isAnswer = status !== undefined && status < 500;
  if (isAnswer) {
    counts.longest = Math.max(counts.longest, waited);
    badge(element('last-server'), server);
    element('last-commands').textContent = String(commands.length);
    element('last-names').textContent = named(commands) || 'needs no session';
    element('last-names').title = commands.join(' + ');
    element('last-ms').textContent = short(ms);
  }
  element('count-requests').textContent = String(counts.requests);
  element('count-again').textContent = String(counts.again);
  element('count-longest').textContent = seconds(counts.longest);
  const what = `${method} ${path.replace('/api/', '').replace(/[0-9a-f-]{36}/, '…')}`;
  addRow(isAnswer ? 'answer' : 'refused', [
    badge(make('span', {}, []), server),
    make('span', { className: 'what' }, [what]),
    make('span', { className: 'code' }, [String(status ?? 'broke off')]),
    make('span', { className: 'cost' }, [isAnswer ? plural(commands.length, 'command') : 'again']),
    make('span', { className: 'ms' }, [isAnswer ? `${short(ms)} ms` : '']),
  ]);
}

export function showEvent(text) {
  addRow('event', [make('span', {}, [text])]);
}

export function showLost(lost) {
  element('count-lost').textContent = String(lost.size);
  element('lost-box').classList.toggle('kept', lost.size === 0);
  element('lost-box').title = [...lost].join(', ');
}

let before;

/** Shows the state of all processes; returns in words what has changed. */
export function showState(state, shardOfSession) {
  element('servers').replaceChildren(
    ...state.servers.map(({ name, state: is, pid }) =>
      make('li', { className: `process ${is}` }, [
        badge(make('span', {}, []), name),
        make('span', { className: 'is' }, [is]),
        make('span', { className: 'fine' }, [is === 'up' ? `pid ${pid}` : 'kill -9']),
      ]),
    ),
  );
  element('shards').replaceChildren(
    ...state.shards.map(({ name, slots, nodes }) =>
      make('li', { className: name === shardOfSession ? 'shard yours' : 'shard' }, [
        make('p', {}, [
          make('strong', {}, [name]),
          make('span', { className: 'fine slots' }, [slots]),
          make('span', { className: 'yours-mark' }, ['your session']),
        ]),
        ...nodes.map(({ port, state: is }) =>
          make('span', { className: `process ${is}` }, [
            make('span', { className: 'port' }, [`:${port}`]),
            make('span', { className: 'is' }, [is]),
          ]),
        ),
      ]),
    ),
  );
  const changes = before ? [...differences(before, state)] : [];
  before = state;
  const up = state.servers.filter((server) => server.state === 'up').length;
  element('kill-server').disabled = up < 2;
  element('kill-master').disabled = state.healing !== undefined;
  return changes;
}

/** Whether a process is away or just coming back. */
export function isDisturbed({ servers, healing }) {
  return healing !== undefined || servers.some(({ state }) => state !== 'up');
}

function* differences(old, now) {
  for (const [at, { name, state }] of now.servers.entries()) {
    if (state !== old.servers[at].state) yield `Server ${name} is ${state}.`;
  }
  for (const [at, { nodes }] of now.shards.entries()) {
    for (const [which, { port, state }] of nodes.entries()) {
      const was = old.shards[at].nodes[which].state;
      if (state === was) continue;
      if (state === 'master') yield `Redis ${port} took over as master.`;
      else if (state === 'replica') yield `Redis ${port} is back, as replica.`;
      else yield `Redis ${port} is ${state}.`;
    }
  }
}

function addRow(className, cells) {
  const log = element('log');
  log.prepend(make('li', { className }, cells));
  while (log.children.length > ROWS) log.lastChild.remove();
}

function badge(target, server) {
  target.classList.add('badge');
  target.dataset.server = server ?? '';
  target.textContent = server ?? '–';
  return target;
}

/** Each by name, with how often it was sent. */
function named(commands) {
  const groups = Map.groupBy(commands, (command) => command);
  return [...groups]
    .map(([name, { length }]) => (length === 1 ? name : `${name} ×${length}`))
    .join(' + ');
}

function short(ms) {
  return ms.toFixed(ms < 1000 ? 1 : 0);
}

export function seconds(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function plural(count, word) {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
