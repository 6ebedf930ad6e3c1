export function element(id) {
  return document.getElementById(id);
}

/** A new element with its properties and children. */
export function make(tag, properties, children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
