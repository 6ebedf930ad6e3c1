// What this page knows to have been saved, to hold against every later answer. Kept in localStorage, so
// that it outlives a reload and is one for all tabs.

const PLACE = 'shop-ledger';
const NOTHING = { pieces: {}, viewed: [], name: undefined };

let run = '';
const lost = new Set();

/** A new start of the shop has a new, empty cluster: what was saved in the old one counts no more. */
export function openLedger(runOfShop) {
  run = runOfShop;
}

/** What is known at this moment; hand it to `check` with the answer of a request sent now. */
export function known() {
  const stored = JSON.parse(localStorage.getItem(PLACE) ?? 'null');
  return stored?.run === run ? stored : { run, ...NOTHING };
}

/** Notes what an answer says is saved. */
export function note(change) {
  localStorage.setItem(PLACE, JSON.stringify({ ...known(), ...change }));
}

/** Notes that a piece is being taken out: from now on it may be missing. */
export function drop(id) {
  const { [id]: _, ...pieces } = known().pieces;
  note({ pieces });
  lost.delete(id);
}

export function forgetAll() {
  localStorage.removeItem(PLACE);
  lost.clear();
}

/** Holds an answer against what was known when it was asked for. Returns what is lost, by name. */
export function check(before, { cart, viewed, name, whole = false }) {
  const now = known();
  if (cart || whole) {
    for (const id of Object.keys(before.pieces)) {
      mark(id, id in now.pieces && !(id in (cart?.pieces ?? {})));
    }
  }
  if (whole) {
    mark('the name', before.name !== undefined && before.name === now.name && name !== now.name);
    const [latest] = before.viewed;
    mark('viewed', latest !== undefined && !(viewed ?? []).includes(latest));
  }
  return lost;
}

function mark(what, isLost) {
  if (isLost) lost.add(what);
  else lost.delete(what);
}
