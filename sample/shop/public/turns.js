// One write after the other, so that what was saved last is also what the visitor did last.

let last = Promise.resolve();
let whenItFails = console.error;

/** What to do with the error of a turn; the next turn waits for that too. */
export function onFailure(handler) {
  whenItFails = handler;
}

export function inTurn(work) {
  last = last.then(work).catch((error) => whenItFails(error));
  return last;
}
