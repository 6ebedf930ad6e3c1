export function element(id) {
  return document.getElementById(id);
}

/** A new element with its properties and children. */
export function make(tag, properties, children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Shows items as a list's lines. Nothing is touched where they are the same; the focus stays where it was, by its label. */
export function showList(list, items, cellsOf) {
  const text = JSON.stringify(items);
  if (list.dataset.items === text) return;
  list.dataset.items = text;
  const focused = list.contains(document.activeElement)
    ? document.activeElement.getAttribute('aria-label')
    : undefined;
  list.replaceChildren(...items.map((item) => make('li', {}, cellsOf(item))));
  if (focused) list.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
}
