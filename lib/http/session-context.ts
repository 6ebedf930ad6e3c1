import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { RequestSession } from './request-session.js';

interface Box {
  session: RequestSession | undefined;
}

/** The session of the request whose code is running, where the option `context` asks for it. */
@Injectable()
export class SessionContext {
  readonly #storage: AsyncLocalStorage<Box> | undefined;

  /** @param enabled the option `context`: it costs every request a little */
  constructor(readonly enabled: boolean) {
    this.#storage = enabled ? new AsyncLocalStorage<Box>() : undefined;
  }

  /** Starts the context of a request. @returns call it with the session once it is open */
  enter(): ((session: RequestSession) => void) | undefined {
    if (!this.#storage) return undefined;
    const box: Box = { session: undefined };
    this.#storage.enterWith(box);
    return (session) => (box.session = session);
  }

  get current(): RequestSession | undefined {
    return this.#storage?.getStore()?.session;
  }
}
