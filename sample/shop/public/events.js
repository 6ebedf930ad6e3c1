// The live list of what happens to sessions, and word of it to the rest of the page.

import { element, make } from './dom.js';

const ROWS = 4;
const RETRY_MS = 2000;

let source;
let own;
let live = false;
let whenChanged;

/** Whether the stream tells of changes; otherwise the page has to look for them. */
export function isLive() {
  return live;
}

/** Listens as who is logged in with the session of this handle, or to nothing. `onChange` is also called for what may have been missed. */
export function listenAs(handle, onChange) {
  whenChanged = onChange;
  if (handle === own) return;
  own = handle;
  element('events').replaceChildren();
  element('events-none').hidden = own !== undefined;
  open();
}

// A browser has few connections to one host, for all its tabs: only the one that is looked at listens.
document.addEventListener('visibilitychange', open);

function open() {
  source?.close();
  setLive(false);
  source = own === undefined || document.hidden ? undefined : new EventSource('/api/events');
  if (source) wire(source);
}

function wire(stream) {
  stream.addEventListener('ready', () => {
    setLive(true);
    whenChanged();
  });
  stream.onmessage = ({ data }) => {
    show(JSON.parse(data));
    whenChanged();
  };
  stream.onerror = () => {
    if (stream === source) setLive(false);
    // After an answer that is no stream, a 503 say, the browser does not try again.
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(() => stream === source && open(), RETRY_MS);
  };
}

function setLive(now) {
  live = now;
  element('events-state').textContent = live ? 'live' : '';
}

function show({ type, at, handle, user }) {
  const list = element('events');
  list.prepend(
    make('li', {}, [
      make('span', { className: 'ms' }, [new Date(at).toLocaleTimeString('en-GB')]),
      make('strong', {}, [type]),
      make('span', { className: 'what' }, [[user, placeOf(handle)].filter(Boolean).join(', ')]),
    ]),
  );
  while (list.children.length > ROWS) list.lastChild.remove();
}

function placeOf(handle) {
  if (handle === undefined) return 'all sessions';
  return handle === own ? 'this browser' : `session ${handle.slice(0, 6)}`;
}
