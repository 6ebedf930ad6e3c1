/** A class, its parent class, and so on: what stands nearest to a handler comes first. */
export function* classChain(type: object): Generator<object> {
  for (let at: object | null = type; at && at !== Function.prototype;) {
    yield at;
    at = Object.getPrototypeOf(at) as object | null;
  }
}
