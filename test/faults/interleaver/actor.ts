import { AsyncLocalStorage } from 'node:async_hooks';

/** What code that runs belongs to. */
interface Context {
  readonly actor: Actor;
  readonly operation: Operation;
  readonly call?: StoreCall;
}

/** One call of the session API, as its caller times it. */
export interface Operation {
  /** When its first command was let go: before that nobody can have seen anything of it. */
  begin: number | undefined;
}

/** One call of the store that has not been answered yet. */
export class StoreCall {
  /** Commands at the gate. */
  held = 0;
  /** Commands under way. */
  flying = 0;

  constructor(
    readonly actor: Actor,
    readonly operation: Operation,
  ) {}
}

/** What may happen to a step: `lost` it is executed and its reply lost; `flushed` the server has forgotten the script. */
export type Mishap = 'lost' | 'flushed';

/** One command that waits at the gate. */
export interface Step {
  readonly call: StoreCall;
  /** Steps of one lane keep their order: they are on one connection. */
  readonly lane: string;
  /** For reports. */
  readonly label: string;
  /** What may happen to it. */
  readonly mishaps: readonly Mishap[];
  readonly release: (mishap: Mishap | undefined) => void;
}

const contexts = new AsyncLocalStorage<Context>();

/** The call of the store that the running code belongs to; undefined outside of actors. */
export function currentCall(): StoreCall | undefined {
  return contexts.getStore()?.call;
}

/** Gives the work a place among the calls that its actor waits for. */
export async function inStoreCall<R>(work: () => Promise<R>): Promise<R> {
  const context = contexts.getStore();
  // Outside of an actor, or part of a call already.
  if (!context || context.call) return work();
  const call = new StoreCall(context.actor, context.operation);
  context.actor.enter(call);
  try {
    return await contexts.run({ ...context, call }, work);
  } finally {
    context.actor.leave(call);
  }
}

/** Marks the running actor as one that waits for another, until the work is done. */
export async function waitingForOthers<R>(work: () => Promise<R>): Promise<R> {
  const actor = contexts.getStore()?.actor;
  if (!actor) return work();
  actor.waits++;
  actor.changed();
  try {
    return await work();
  } finally {
    actor.waits--;
  }
}

/** One of those whose commands are put in order: a request, or a job. */
export class Actor {
  /** At the gate, the oldest first. */
  readonly steps: Step[] = [];
  /** How many times it waits for another actor inside the process. */
  waits = 0;
  readonly #calls = new Set<StoreCall>();
  readonly #homes: string[] = [];
  #isDone = false;

  /** @param changed hears of everything that may be the end of a wait @param tick gives the time of a history */
  constructor(
    readonly name: string,
    readonly changed: () => void,
    readonly tick: () => number,
  ) {}

  /** Whether nothing goes on until a step is let go. */
  get isQuiet(): boolean {
    for (const { held, flying } of this.#calls) if (held === 0 || flying > 0) return false;
    return this.#calls.size > 0 || this.#isDone || this.waits > 0;
  }

  /** Begins its work, which goes on to the first step. */
  start(work: () => Promise<void>): void {
    void work().finally(() => {
      this.#isDone = true;
      this.changed();
    });
  }

  /** Runs one call of the session API. */
  operate<R>(operation: Operation, work: () => Promise<R>): Promise<R> {
    return contexts.run({ actor: this, operation }, work);
  }

  /** Name of a lane: '' for most, '~' for a side connection, a number for a further home. */
  laneOf(home: string, side: boolean): string {
    if (!this.#homes.includes(home)) this.#homes.push(home);
    const at = this.#homes.indexOf(home);
    return `${side ? '~' : ''}${at === 0 ? '' : at}`;
  }

  hold(step: Step): void {
    step.call.held++;
    this.steps.push(step);
    this.changed();
  }

  /** Lets a step go. */
  release(step: Step, mishap?: Mishap): void {
    this.steps.splice(this.steps.indexOf(step), 1);
    step.call.operation.begin ??= this.tick();
    step.call.held--;
    step.call.flying++;
    step.release(mishap);
  }

  /** A command that was let go is answered. */
  answered(call: StoreCall): void {
    call.flying--;
    this.changed();
  }

  enter(call: StoreCall): void {
    this.#calls.add(call);
  }

  leave(call: StoreCall): void {
    this.#calls.delete(call);
    this.changed();
  }

  /** What it waits for, where it should not. */
  describe(): string {
    const calls = [...this.#calls].map(({ held, flying }) => `${held} held, ${flying} under way`);
    const waits = this.waits > 0 ? 'waits for another' : 'waits for nothing known';
    return `${this.name}: ${this.#isDone ? 'done' : waits}; calls: ${calls.join('; ') || 'none'}`;
  }
}
