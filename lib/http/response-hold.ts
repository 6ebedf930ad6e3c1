import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { setHeadHeaders } from './head-headers.js';
import { writePlainError } from './plain-error.js';
import type { RequestSession } from './request-session.js';

type Method = 'writeHead' | 'write' | 'end' | 'flushHeaders';
type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Holds back a response's first byte until the session is saved, however the app writes it. Where nothing has to be
 * waited for, every call goes straight through.
 */
export class ResponseHold {
  readonly #response: ServerResponse;
  readonly #session: RequestSession;
  readonly #native: Record<Method, AnyFunction>;
  readonly #sources = new Set<Readable>();
  #state: 'untouched' | 'held' | 'released' | 'dropped' = 'untouched';
  #calls: (() => unknown)[] = [];
  #ended = false;
  #owesDrain = false;
  /** Head and end written in one turn leave no room for changes in between. */
  #headTurn = false;

  constructor(response: ServerResponse, session: RequestSession) {
    this.#response = response;
    this.#session = session;
    const { writeHead, write, end, flushHeaders } = response as unknown as Record<
      Method,
      AnyFunction
    >;
    this.#native = { writeHead, write, end, flushHeaders };
    session.isHeld = true;
    session.onGivenUp = () => this.#breakOff();
    response.on('pipe', (source: Readable) => this.#sources.add(source));
    response.on('unpipe', (source: Readable) => this.#sources.delete(source));
    Object.assign(response, {
      writeHead: (...args: unknown[]) => this.#pass(() => this.#writeHead(args), response),
      flushHeaders: () => this.#pass(() => this.#call('flushHeaders', []), undefined),
      write: (...args: unknown[]) => this.#write(args),
      end: (...args: unknown[]) => this.#end(args),
    });
  }

  /** Runs the call now, or keeps it until the session is saved. */
  #pass(call: () => unknown, whileHeld: unknown): unknown {
    if (this.#state === 'untouched') this.#begin();
    if (this.#state === 'held') {
      this.#calls.push(call);
      return whileHeld;
    }
    return this.#state === 'dropped' ? whileHeld : call();
  }

  #begin(): void {
    this.#headTurn = true;
    const gate = this.#session.sseGate;
    const waiting = gate
      ? gate.passed().then(() => this.#session.beforeHead())
      : this.#session.beforeHead();
    if (waiting === undefined) {
      this.#release();
      queueMicrotask(() => (this.#headTurn = false));
      return;
    }
    this.#state = 'held';
    this.#pretendSent();
    queueMicrotask(() => (this.#headTurn = false));
    waiting.then(
      () => this.#release(),
      (error: unknown) => this.#drop(error),
    );
  }

  #release(): void {
    this.#state = 'released';
    this.#showTruth();
    if (!this.#response.headersSent) this.#session.writeHead(this.#response);
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
    const native = this.#native;
    writePlainError(this.#response, this.#session.explain(error), (status, body) => {
      native.writeHead.call(this.#response, status);
      native.end.call(this.#response, body);
    });
  }

  /** Saving has failed: streams of the app stop, and where the head has left the answer is broken off. */
  #breakOff(): void {
    for (const source of this.#sources) {
      source.unpipe(this.#response);
      source.destroy();
    }
    if (this.#state !== 'released') return;
    this.#response.destroy();
    // Who answers once more, as Nest 11's filters do on Fastify, must not find that the head was sent: nobody catches that.
    this.#state = 'dropped';
  }

  #write(args: unknown[]): unknown {
    const passed = this.#pass(() => this.#call('write', args), false);
    if (this.#state === 'held') this.#owesDrain = true;
    return passed;
  }

  #end(args: unknown[]): unknown {
    const together = this.#state === 'untouched' || this.#headTurn;
    // An answer that is given at once is no event stream, whatever the route sends otherwise.
    if (this.#state === 'untouched') this.#session.sseGate = undefined;
    const result = this.#pass(() => {
      if (together) this.#session.end();
      else if (this.#session.finish()) return this.#refuseLate();
      return this.#call('end', args);
    }, this.#response);
    this.#ended = true;
    return result;
  }

  /** The client has the head already: breaking off is the only way left to say that not all is well. */
  #refuseLate(): ServerResponse {
    new Logger('SessionModule').error(
      'The session was changed after the response head had left and not saved before the end. The response was broken off. Await session.save() after such a change.',
    );
    return this.#response.destroy();
  }

  #writeHead(args: unknown[]): unknown {
    const [status, second, third] = args;
    const reason = typeof second === 'string' ? [second] : [];
    const headers = (typeof second === 'string' ? third : (second ?? third)) as object | undefined;
    if (headers && !this.#response.headersSent) {
      setHeadHeaders(this.#response, headers);
      this.#session.writeHead(this.#response);
    }
    return this.#call('writeHead', [status, ...reason]);
  }

  #call(name: Method, args: unknown[]): unknown {
    return this.#native[name].apply(this.#response, args);
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
