import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { NextFunction, Request, Response } from 'express';

const commandsOfRequest = new AsyncLocalStorage<string[]>();

// ioredis publishes every command it sends, and Node keeps track of the request that is the reason
// for it: so neither the client nor the handlers have to know that they are measured.
subscribe('tracing:ioredis:command:start', (message) => {
  commandsOfRequest.getStore()?.push((message as { command: string }).command);
});

/** Middleware that writes on each answer who gave it and what it cost. An app of yours needs none of it. */
export function answerCost(server: string) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const commands: string[] = [];
    const writeHead = response.writeHead.bind(response);
    // The library writes the head once the session is saved: only now is all of the cost known.
    response.writeHead = ((...head: Parameters<typeof writeHead>) => {
      response.setHeader('X-Shop-Server', server);
      response.setHeader('X-Redis-Commands', commands.join(' ').toUpperCase());
      response.setHeader(
        'Server-Timing',
        `server;dur=${(performance.now() - startedAt).toFixed(1)}`,
      );
      return writeHead(...head);
    }) as typeof response.writeHead;
    commandsOfRequest.run(commands, next);
  };
}
