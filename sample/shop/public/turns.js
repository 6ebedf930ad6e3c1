// One write after the other, so that what was saved last is also what the visitor did last.

let last = Promise.resolve();
let waiting = 0;
let whenItFails = console.error;

/** What to do with the error of a turn; the next turn waits for that too. */
export function onFailure(handler) {
  whenItFails = handler;
}

export function isBusy() {
  return waiting > 0;
}

export function inTurn(work) {
  waiting++;
  last = last
    .then(work)
    .catch((error) => whenItFails(error))
    .finally(() => waiting--);
  return last;
}
