import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { setHeadHeaders } from './head-headers.js';
import { passThroughHold } from './held-response.js';
import { writePlainError } from './plain-error.js';
import type { RequestSession } from './request-session.js';
import type { NativeMethods, Output, ResponseOutput } from './response-output.js';

/** What is answered to who writes before anything may leave. */
const UNWRITTEN: Readonly<Record<Output, (response: ServerResponse) => unknown>> = {
  writeHead: (response) => response,
  flushHeaders: () => undefined,
  write: () => false,
  end: (response) => response,
};

/**
 * Holds back a response's first byte until the session is saved, however the app writes it. Where nothing has to be
 * waited for, every call goes straight through.
 */
export class ResponseHold implements ResponseOutput {
  readonly #response: ServerResponse;
  readonly #session: RequestSession;
  readonly native: NativeMethods;
  /** What is piped into the response, if anything is. */
  #sources: Set<Readable> | undefined;
  #state: 'untouched' | 'held' | 'released' | 'dropped' = 'untouched';
  #calls: (() => unknown)[] = [];
  #ended = false;
  #owesDrain = false;
  #isHeadSet = false;
  /** Head and end written in one turn leave no room for changes in between. */
  #headTurn = false;

  constructor(response: ServerResponse, session: RequestSession) {
    this.#response = response;
    this.#session = session;
    this.native = passThroughHold(response, this);
  }

  pass(output: Output, args: unknown[]): unknown {
    const together = this.#state === 'untouched' || this.#headTurn;
    if (this.#state === 'untouched') this.#begin(output, args);
    if (output === 'end') this.#ended = true;
    if (this.#state === 'released') return this.#do(output, args, together);
    if (this.#state === 'held') {
      this.#calls.push(() => this.#do(output, args, together));
      if (output === 'write') this.#owesDrain = true;
    }
    return UNWRITTEN[output](this.#response);
  }

  emit(args: unknown[]): unknown {
    const [event, source] = args;
    if (event === 'pipe') (this.#sources ??= new Set()).add(source as Readable);
    else if (event === 'unpipe') this.#sources?.delete(source as Readable);
    return this.native.emit.apply(this.#response, args);
  }

  /** Saving has failed: streams of the app stop, and where the head has left the answer is broken off. */
  breakOff(): void {
    for (const source of this.#sources ?? []) {
      source.unpipe(this.#response);
      source.destroy();
    }
    if (this.#state !== 'released') return;
    this.#response.destroy();
    // Who answers once more, as Nest 11's filters do on Fastify, must not find that the head was sent: nobody catches that.
    this.#state = 'dropped';
  }

  #begin(output: Output, args: unknown[]): void {
    const session = this.#session;
    if (output !== 'end') {
      this.#headTurn = true;
      queueMicrotask(() => (this.#headTurn = false));
    } else {
      // An answer that is given at once is no event stream, whatever the route sends otherwise.
      session.sseGate = undefined;
    }
    const bringsHeaders = output === 'writeHead' && headersIn(args) !== undefined;
    const gate = session.sseGate;
    const waiting = gate ? gate.passed().then(() => session.beforeHead()) : session.beforeHead();
    if (waiting === undefined) return this.#release(bringsHeaders);
    this.#state = 'held';
    this.#pretendSent();
    waiting.then(
      () => {
        this.#showTruth();
        this.#release(bringsHeaders);
        this.#write();
      },
      (error: unknown) => this.#drop(error),
    );
  }

  /** @param bringsHeaders whether more headers come with what is written first */
  #release(bringsHeaders: boolean): void {
    this.#state = 'released';
    if (!bringsHeaders && !this.#response.headersSent) this.#setHead();
  }

  /** Writes what was held. */
  #write(): void {
    const calls = this.#calls;
    this.#calls = [];
    try {
      for (const call of calls) call();
    } catch (error) {
      // What the app wrote wrongly while held is refused only now, when nobody is left to catch it.
      this.#response.destroy(error instanceof Error ? error : undefined);
      return;
    }
    if (this.#owesDrain && !this.#ended) this.#response.emit('drain');
  }

  /** The changes could not be saved: what the app wrote must not be seen. */
  #drop(error: unknown): void {
    this.#showTruth();
    this.#state = 'dropped';
    this.#calls = [];
    this.#session.giveUp();
    this.#session.writeHead(this.#response);
    writePlainError(this.#response, this.#session.explain(error), (status, body) => {
      this.#call('writeHead', [status]);
      this.#call('end', [body]);
    });
  }

  /** @param together whether an end leaves together with the head */
  #do(output: Output, args: unknown[], together: boolean): unknown {
    if (output === 'writeHead') return this.#writeHead(args);
    if (output === 'end') {
      if (together) this.#session.end();
      else if (this.#session.finish()) return this.#refuseLate();
    }
    return this.#call(output, args);
  }

  /** The client has the head already: breaking off is the only way left to say that not all is well. */
  #refuseLate(): ServerResponse {
    new Logger('SessionModule').error(
      'The session was changed after the response head had left and not saved before the end. The response was broken off. Await session.save() after such a change.',
    );
    return this.#response.destroy();
  }

  #writeHead(args: unknown[]): unknown {
    const headers = headersIn(args);
    if (!this.#response.headersSent) {
      if (headers) {
        setHeadHeaders(this.#response, headers);
        this.#isHeadSet = false;
      }
      if (!this.#isHeadSet) this.#setHead();
    }
    const [status, reason] = args;
    return this.#call('writeHead', typeof reason === 'string' ? [status, reason] : [status]);
  }

  #setHead(): void {
    this.#session.writeHead(this.#response);
    this.#isHeadSet = true;
  }

  #call(output: Output, args: unknown[]): unknown {
    return this.native[output].apply(this.#response, args);
  }

  /** Who asks whether an answer was given (Nest's exception layer does) must not give a second one. */
  #pretendSent(): void {
    Object.defineProperties(this.#response, {
      headersSent: { configurable: true, get: () => true },
      writableEnded: { configurable: true, get: () => this.#ended },
    });
  }

  #showTruth(): void {
    const response = this.#response as unknown as Record<string, unknown>;
    delete response.headersSent;
    delete response.writableEnded;
  }
}

/** Headers among the arguments of `writeHead(status[, reason][, headers])`. */
function headersIn([, second, third]: unknown[]): object | undefined {
  return (typeof second === 'string' ? third : (second ?? third)) as object | undefined;
}
