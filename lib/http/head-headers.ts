import type { ServerResponse } from 'node:http';

/**
 * Sets the headers given to `writeHead` one by one. Given to it directly they replace those set before, Set-Cookie
 * included; this way the app's and ours both go out.
 */
export function setHeadHeaders(response: ServerResponse, headers: object): void {
  if (Array.isArray(headers)) return setPairs(response, pairsOf(headers));
  for (const name of Object.keys(headers)) {
    const value = (headers as Record<string, string | undefined>)[name];
    if (value !== undefined) response.setHeader(name, value);
  }
}

/** A name may come several times. */
function setPairs(response: ServerResponse, pairs: [name: string, value: string][]): void {
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (seen.has(key)) response.appendHeader(name, value);
    else response.setHeader(name, value);
    seen.add(key);
  }
}

/** Node takes [name, value, name, value], or [[name, value]]. */
function pairsOf(list: unknown[]): [name: string, value: string][] {
  if (Array.isArray(list[0])) return list as [string, string][];
  return Array.from({ length: list.length / 2 }, (_, at) => [
    String(list[at * 2]),
    list[at * 2 + 1] as string,
  ]);
}
