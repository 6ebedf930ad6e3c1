import { inspect } from 'node:util';
import { SessionInvalidError } from './errors.js';
import type { LiveSession } from './live-session.js';
import { isFieldName, requireFieldName, SESSION_MEMBERS } from './reserved-names.js';
import type { Session } from './session.js';

/** Asks a view for the session behind it. A weak map of views would keep them over the garbage collector's short rounds. */
const LIVE = Symbol('live session');

/** Asked for by the language and by serialisers on any object: never a field a handler forgot to declare. */
const PROBED = new Set<string>(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof']);

/** The session as handlers see it: data as plain properties, members beside them. One level deep: values are not wrapped. */
export function createSessionView<T extends object>(live: LiveSession): Session<T> {
  // util.inspect looks at a proxy's target: the target must show no content and no token.
  const target = { [inspect.custom]: () => describe(live) };
  return new Proxy(target, new SessionHandler(live)) as unknown as Session<T>;
}

/** The session behind what {@link createSessionView} made. */
export function liveSessionOf(view: object): LiveSession | undefined {
  return (view as { [LIVE]?: LiveSession })[LIVE];
}

class SessionHandler implements ProxyHandler<object> {
  readonly #live: LiveSession;
  #methods: Map<string, unknown> | undefined;

  constructor(live: LiveSession) {
    this.#live = live;
  }

  get(target: object, name: string | symbol): unknown {
    if (typeof name === 'symbol') return name === LIVE ? this.#live : Reflect.get(target, name);
    if (SESSION_MEMBERS.has(name)) return this.#member(name);
    if (name in Object.prototype) return Reflect.get(Object.prototype, name);
    const { fields } = this.#live;
    if (PROBED.has(name) && !(fields.isLoaded(name) && fields.has(name))) return undefined;
    return isFieldName(name) ? fields.get(name) : undefined;
  }

  set(_target: object, name: string | symbol, value: unknown): boolean {
    this.#live.assertWritable();
    this.#live.fields.set(requireFieldName(name), value);
    return true;
  }

  deleteProperty(_target: object, name: string | symbol): boolean {
    this.#live.assertWritable();
    this.#live.fields.set(requireFieldName(name), undefined);
    return true;
  }

  has(_target: object, name: string | symbol): boolean {
    if (typeof name === 'symbol') return false;
    if (SESSION_MEMBERS.has(name) || name in Object.prototype) return true;
    return isFieldName(name) && this.#live.fields.has(name);
  }

  ownKeys(): string[] {
    return this.#live.fields.names();
  }

  getOwnPropertyDescriptor(_target: object, name: string | symbol): PropertyDescriptor | undefined {
    if (typeof name === 'symbol' || !isFieldName(name)) return undefined;
    const { fields } = this.#live;
    if (!fields.isLoaded(name) || !fields.has(name)) return undefined;
    return { value: fields.get(name), writable: true, enumerable: true, configurable: true };
  }

  defineProperty(target: object, name: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (!('value' in descriptor)) {
      throw new SessionInvalidError(
        `Session field '${String(name)}' can't be a getter or setter: sessions hold data only.`,
      );
    }
    return this.set(target, name, descriptor.value);
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  #member(name: string): unknown {
    const live = this.#live as unknown as Record<string, unknown>;
    const member = live[name];
    if (typeof member !== 'function') return member;
    const methods = (this.#methods ??= new Map<string, unknown>());
    let method = methods.get(name);
    if (!method) methods.set(name, (method = member.bind(this.#live) as unknown));
    return method;
  }
}

function describe(live: LiveSession): string {
  return `[Session ${live.handle ?? '(not stored)'} {${live.fields.loadedNames().join(', ')}}]`;
}
