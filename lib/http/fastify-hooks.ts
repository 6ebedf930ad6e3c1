import type { IncomingMessage, ServerResponse } from 'node:http';
import { findRequestSession, linkResponse } from './request-sessions.js';
import { mapError, retryAfterOf } from './session-exceptions.js';

interface FastifyRequest {
  readonly raw: IncomingMessage;
}

interface FastifyReply {
  readonly raw: ServerResponse;
}

type Done = (error: unknown, payload?: unknown) => void;

/** The part of a Fastify instance that is used; Fastify itself is no dependency. */
export interface FastifyHooks {
  readonly server: {
    prependListener(
      event: 'request',
      listener: (request: IncomingMessage, response: ServerResponse) => void,
    ): unknown;
  };
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
  addHook(
    name: 'onSend',
    hook: (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done) => void,
  ): unknown;
}

/**
 * Fastify waits by itself before it sends: a failed save becomes an error of the reply, which passes through the app's
 * global exception filters. Raw and hijacked answers don't come here; the response hold has them.
 */
export function addFastifyHooks(fastify: FastifyHooks): void {
  // Middleware and hooks registered earlier run before ours, so the response must be known before any of them; requests
  // of `inject()` come by no server.
  fastify.server.prependListener('request', linkResponse);
  fastify.addHook('onRequest', (request, reply, done) => {
    linkResponse(request.raw, reply.raw);
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const session = findRequestSession(request);
    if (!session) return done(null, payload);
    // Event streams are written raw: what comes here is an answer given at once, a refusal perhaps.
    session.sseGate = undefined;
    const waiting = session.beforeHead();
    if (!waiting) return done(null, payload);
    waiting.then(
      () => {
        session.settle();
        done(null, payload);
      },
      (error: unknown) => {
        session.giveUp();
        (payload as { destroy?: () => void } | null)?.destroy?.();
        const retryAfter = retryAfterOf(error);
        if (retryAfter !== undefined) reply.raw.setHeader('Retry-After', retryAfter);
        done(mapError(session.explain(error)));
      },
    );
  });
}
