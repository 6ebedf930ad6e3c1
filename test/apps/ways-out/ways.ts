import type { Platform } from '../app-config.js';

/** One way in which a response can leave after the handler has written `session.mark`. */
export interface WayOut {
  readonly title: string;
  readonly path: string;
  readonly status: number;
  readonly method?: 'HEAD';
  /** Only on this platform; both where not given. */
  readonly on?: Platform;
  /** Where the mark is seen in the answer; in the body where not given. */
  readonly marks?: 'location' | 'nowhere';
}

/** Both platforms: what Nest sends, and what its pipeline does. */
const NEST: readonly WayOut[] = [
  { title: 'a returned value', path: 'value', status: 200 },
  {
    title: 'a returned value asked for by HEAD',
    path: 'value',
    status: 200,
    method: 'HEAD',
    marks: 'nowhere',
  },
  { title: 'a returned promise', path: 'promise', status: 200 },
  { title: 'a returned Observable', path: 'observable', status: 200 },
  { title: 'no content', path: 'nothing', status: 204, marks: 'nowhere' },
  { title: 'a StreamableFile of bytes', path: 'file', status: 200 },
  { title: 'a StreamableFile of a stream', path: 'stream', status: 200 },
  { title: 'server-sent events', path: 'events', status: 200 },
  { title: 'a redirect by @Redirect()', path: 'redirect', status: 302, marks: 'location' },
  { title: 'a passthrough @Res()', path: 'passthrough', status: 203 },
  { title: 'a passthrough @Res() with a stream', path: 'passthrough-stream', status: 200 },
  { title: 'a thrown HttpException', path: 'refused', status: 422 },
  { title: 'a thrown error', path: 'broken', status: 500, marks: 'nowhere' },
  { title: 'an error of an Observable', path: 'observable-error', status: 422 },
  { title: "an exception filter's redirect", path: 'filtered', status: 303, marks: 'location' },
  {
    title: 'an interceptor that answers in place of the handler',
    path: 'intercepted',
    status: 200,
  },
  { title: 'the refusal of a later guard', path: 'guarded', status: 403, marks: 'nowhere' },
  { title: 'the refusal of a pipe', path: 'piped/x', status: 400, marks: 'nowhere' },
  { title: 'a session opened by a service', path: 'service', status: 200 },
];

const EXPRESS: readonly WayOut[] = [
  { title: 'res.json()', path: 'json', status: 200 },
  { title: 'res.send()', path: 'send', status: 200 },
  { title: 'res.sendStatus()', path: 'send-status', status: 202, marks: 'nowhere' },
  { title: 'res.redirect()', path: 'res-redirect', status: 302, marks: 'location' },
  { title: 'res.end()', path: 'end', status: 200 },
  { title: 'res.write() and res.end()', path: 'write', status: 200 },
  { title: 'res.writeHead()', path: 'write-head', status: 201 },
  { title: 'res.flushHeaders()', path: 'flush-headers', status: 200 },
  { title: 'a stream piped into res', path: 'pipe', status: 200 },
  { title: 'res.sendFile()', path: 'send-file', status: 200, marks: 'nowhere' },
  { title: 'res.json() after the handler has returned', path: 'later', status: 200 },
  { title: 'next() to another handler', path: 'next', status: 200 },
].map((way) => ({ ...way, on: 'express', title: `Express' ${way.title}` }) as WayOut);

const FASTIFY: readonly WayOut[] = [
  { title: 'reply.send()', path: 'send', status: 200 },
  { title: 'reply.send() of a stream', path: 'send-stream', status: 200 },
  { title: 'reply.redirect()', path: 'reply-redirect', status: 302, marks: 'location' },
  { title: 'reply.send() after the handler has returned', path: 'later', status: 200 },
  { title: 'reply.raw.writeHead() and end()', path: 'raw', status: 201 },
  { title: 'reply.raw.write() and end()', path: 'raw-write', status: 200 },
  { title: 'a stream piped into reply.raw', path: 'raw-pipe', status: 200 },
  { title: 'reply.hijack() and a redirect', path: 'hijack', status: 302, marks: 'location' },
].map((way) => ({ ...way, on: 'fastify', title: `Fastify's ${way.title}` }) as WayOut);

/** The ways out of one platform. */
export function waysOut(platform: Platform): readonly WayOut[] {
  return [...NEST, ...(platform === 'express' ? EXPRESS : FASTIFY)];
}

/** What the handlers write, and where a redirect leads. */
export interface WayQuery {
  readonly mark: string;
  readonly next: string;
}

/** The session of the ways out. */
export interface Marked {
  mark?: string;
}

/** Where a redirect leads: another server, with the mark for the test to see. */
export function target({ next, mark }: WayQuery): string {
  return `${next}?mark=${mark}`;
}
