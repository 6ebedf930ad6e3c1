import type { LoadJob } from './job.js';

/** The texts of a job's requests, one for each cookie. `Sec-Fetch-Site` is what a browser sends from the app's own page. */
export function requestsOf({ method, path, cookies }: LoadJob): string[] {
  const length = method === 'GET' ? '' : 'Content-Length: 0\r\n';
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n${length}`;
  if (cookies.length === 0) return [`${head}\r\n`];
  return cookies.map((cookie) => `${head}Cookie: ${cookie}\r\n\r\n`);
}

/** The cookie of an answer as a browser would send it back. */
export function cookieOf(head: string): string | undefined {
  // The last one: who logs in is told the new cookie after the old one's end.
  const set = [...head.matchAll(/\r\nset-cookie: ([^;\r]+)/gi)].map(([, cookie]) => cookie!);
  return set.at(-1);
}
