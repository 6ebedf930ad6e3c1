// The line at the bottom of the page, and the notice that stays.

import { element } from './dom.js';

let silence;

/** What is still going on stays; what is done goes away again. */
export function say(text, busy = false) {
  clearTimeout(silence);
  if (element('status').textContent !== text) element('status').textContent = text;
  element('status').classList.toggle('busy', busy);
  if (!busy) silence = setTimeout(() => (element('status').textContent = ''), 6000);
}

/** Stays until there is another, or none. */
export function showNotice(text) {
  element('notice').textContent = text;
  element('notice').hidden = text === '';
}
