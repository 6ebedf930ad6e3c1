import { closestName } from './closest-name.js';
import { describeKind, describeValue } from './describe-value.js';
import { pathTo, problem } from './option-check.js';

/** Options of other session libraries, and what stands for them here. */
const ELSEWHERE: Readonly<Record<string, readonly [reason: string, mend: string]>> = {
  'cookie.expires': ['the server decides when a session ends', 'Drop it, and use timeouts.'],
  'cookie.httpOnly': ['the cookie is always HttpOnly, so that no script reads it', 'Drop it.'],
  'cookie.maxAge': ['the server decides when a session ends', 'Drop it, and use timeouts.'],
  'cookie.signed': ['all tokens are signed', 'Drop it.'],
  genid: ['ids are always random, of 256 bits', 'Drop it.'],
  maxAge: ['the server decides when a session ends', 'Drop it, and use timeouts.'],
  name: ["it is an option of 'cookie'", 'Write it as cookie.name.'],
  prefix: ['it is called keyPrefix here', 'Write it as keyPrefix.'],
  proxy: ['Secure does not depend on the connection', 'Drop it.'],
  resave: ['only what changed is ever stored', 'Drop it.'],
  rolling: ['each request puts off the idle timeout', 'Drop it.'],
  saveUninitialized: ['a visitor for whom nothing is stored costs no key', 'Drop it.'],
  ttl: ['how long a session lives is in timeouts', 'Write it as timeouts.idle.'],
  unset: ['session.destroy() ends a session', 'Drop it.'],
};

/** The sentence of an option that does not exist. Its value is not shown: it may be a misspelt `secret`. */
export function unknownOption(
  path: string,
  name: string,
  value: unknown,
  known: readonly string[],
): string {
  const full = pathTo(path, name);
  const elsewhere = Object.hasOwn(ELSEWHERE, full) ? ELSEWHERE[full] : undefined;
  if (elsewhere !== undefined) return problem(full, value, ...elsewhere);
  const close = closestName(name, known);
  const mend =
    close === undefined
      ? `Known are ${known.join(', ')}. Drop it.`
      : `Did you mean ${describeValue(pathTo(path, close))}?`;
  return `${full}: unknown option, given as ${describeKind(value)}. ${mend}`;
}
