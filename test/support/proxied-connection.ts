import { connect, type Socket } from 'node:net';
import type { LinkFault } from './link-fault.js';
import { RespSplitter } from './resp-splitter.js';

/** What is done to replies; changed at any time, for all connections. */
export interface ProxyFaults {
  /** Milliseconds every reply is held back; Infinity: neither it nor a later one of its connection ever comes. */
  hold: number;
  /** 1: every reply is cut, 3: every third; 0: none. */
  cutEvery: number;
  /** Which replies are cut: those of scripts that ran, or all. */
  cutOf: 'scripts' | 'all';
}

/** The reply of one script; times are nanoseconds of `process.hrtime.bigint()`, one clock for all processes of a machine. */
export interface ScriptReply {
  /** The command as it was sent (latin1). */
  readonly command: string;
  /** When it left Redis. */
  readonly leftRedis: bigint;
  /** When the proxy let it go on to the app; undefined: cut, or still held. */
  passedOn?: bigint;
}

/** A command on its way to Redis, or the reply to it on its way back. */
export interface Traffic {
  readonly way: 'asked' | 'answered';
  /** As it was sent (latin1). */
  readonly command: string;
  /** Of a command: which of the chunks that came over its connection it came with. */
  readonly chunk?: number;
}

interface Rules {
  readonly faults: ProxyFaults;
  readonly link: LinkFault;
  /** Notes that a command has come, or that its reply goes on to the app. */
  noteTraffic(traffic: Traffic): void;
  /** Whether the connection stops here: with a command that has come, or with the reply to one that ran. */
  stops(command: string, at: 'sent' | 'answered'): boolean;
  isCut(ranScript: boolean): boolean;
  note(reply: ScriptReply): void;
}

const SCRIPT = /^\*\d+\r\n\$\d+\r\n(EVAL|EVALSHA)\r\n/i;
const ERROR = '-'.charCodeAt(0);

/** One connection of an app to one node, with the replies matched to the commands they answer. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #node: Socket;
  readonly #rules: Rules;
  readonly #commands: Buffer[] = [];
  #chunks = 0;
  readonly #held: { reply: Buffer; note: ScriptReply; due: number }[] = [];
  /** Commands that wait for the link to be open. */
  #waiting: Buffer[] = [];
  /** Nothing goes either way any more. */
  #stopped = false;

  constructor(client: Socket, target: { host: string; port: number }, rules: Rules) {
    this.#client = client.setNoDelay();
    this.#node = connect(target.port, target.host).setNoDelay();
    this.#rules = rules;
    for (const socket of [this.#client, this.#node]) {
      socket.on('error', () => undefined).on('close', () => this.destroy());
    }
    const stopListening = rules.link.onChange(() => this.#linkChanged());
    client.once('close', stopListening);
    this.#linkChanged();
    const commands = new RespSplitter();
    client.on('data', (chunk: Buffer) => {
      this.#chunks++;
      this.#ask(commands.push(chunk));
    });
    const replies = new RespSplitter();
    this.#node.on('data', (chunk: Buffer) => {
      for (const reply of replies.push(chunk)) this.#answer(reply);
    });
  }

  destroy(): void {
    this.#client.destroy();
    this.#node.destroy();
  }

  /** Bytes that were lost on a connection leave nothing to go on with: it stays silent when the link is open again. */
  #linkChanged(): void {
    const { state } = this.#rules.link;
    if (state === 'silent') this.#stopped = true;
    if (state === 'reset') {
      this.#client.resetAndDestroy();
      this.destroy();
    }
    if (state === 'open') this.#ask(this.#waiting.splice(0));
  }

  #ask(commands: Buffer[]): void {
    if (this.#rules.link.state === 'held') {
      this.#waiting.push(...commands);
      return;
    }
    for (const command of commands) {
      const text = command.toString('latin1');
      this.#rules.noteTraffic({ way: 'asked', command: text, chunk: this.#chunks });
      this.#stopped ||= this.#rules.stops(text, 'sent');
      if (this.#stopped) return;
      this.#commands.push(command);
      this.#node.write(command);
    }
  }

  #answer(reply: Buffer): void {
    if (this.#client.destroyed || this.#stopped) return;
    this.#stopped = this.#rules.link.state === 'deaf';
    if (this.#stopped) return;
    const command = this.#commands.shift()?.toString('latin1') ?? '';
    const ranScript = SCRIPT.test(command) && reply[0] !== ERROR;
    const note: ScriptReply = { command, leftRedis: process.hrtime.bigint() };
    if (ranScript) this.#rules.note(note);
    this.#stopped = ranScript && this.#rules.stops(command, 'answered');
    if (this.#stopped) return;
    if (this.#rules.isCut(ranScript)) return this.destroy();
    this.#passOn(reply, note);
  }

  /** Replies keep their order, also where the time they are held changes between them. */
  #passOn(reply: Buffer, note: ScriptReply): void {
    const due = performance.now() + this.#rules.faults.hold + this.#rules.link.nextDelay();
    this.#held.push({ reply, note, due });
    if (this.#held.length === 1) this.#pump();
  }

  #pump(): void {
    for (let first = this.#held[0]; first; first = this.#held[0]) {
      const wait = first.due - performance.now();
      if (wait === Infinity) return;
      if (wait > 0) {
        setTimeout(() => this.#pump(), Math.ceil(wait));
        return;
      }
      this.#held.shift();
      first.note.passedOn = process.hrtime.bigint();
      this.#rules.noteTraffic({ way: 'answered', command: first.note.command });
      this.#write(first.reply);
    }
  }

  #write(reply: Buffer): void {
    if (this.#rules.link.state !== 'trickle') {
      this.#client.write(reply);
      return;
    }
    // Each byte is a write of its own, so that (without Nagle's algorithm) it is a packet of its own.
    for (let at = 0; at < reply.length; at++) this.#client.write(reply.subarray(at, at + 1));
  }
}
