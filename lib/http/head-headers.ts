import type { ServerResponse } from 'node:http';

/**
 * Sets the headers given to `writeHead` one by one. Given to it directly they replace those set before, Set-Cookie
 * included; this way the app's and ours both go out.
 */
export function setHeadHeaders(response: ServerResponse, headers: object): void {
  const seen = new Set<string>();
  for (const [name, value] of pairsOf(headers)) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    if (seen.has(key)) response.appendHeader(name, value as string);
    else response.setHeader(name, value as string);
    seen.add(key);
  }
}

/** Node takes an object, [name, value, name, value], or [[name, value]]. */
function pairsOf(headers: object): [name: string, value: unknown][] {
  if (!Array.isArray(headers)) return Object.entries(headers);
  const list = headers as unknown[];
  if (Array.isArray(list[0])) return list as [string, unknown][];
  return Array.from({ length: list.length / 2 }, (_, at) => [
    String(list[at * 2]),
    list[at * 2 + 1],
  ]);
}
