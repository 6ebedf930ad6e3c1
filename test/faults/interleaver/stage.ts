import { setImmediate as nextTurn } from 'node:timers/promises';
import { Actor, type Step } from './actor.js';

/** Longest wait for what needs no step: an operation that takes longer hangs. */
const HANGS_MS = 40_000;

/** A step that may be next. */
export interface Choice {
  /** Actor and lane, by which an order is repeated. */
  readonly name: string;
  readonly actor: Actor;
  readonly step: Step;
}

/** The actors of one order, and the time of its history: a count. */
export class Stage {
  readonly actors: readonly Actor[];
  #time = 0;
  #wake: (() => void) | undefined;

  constructor(names: readonly string[]) {
    const changed = (): void => this.#wake?.();
    this.actors = names.map((name) => new Actor(name, changed, () => this.tick()));
  }

  /** The next moment. */
  tick(): number {
    return ++this.#time;
  }

  /** Resolves when nothing goes on until a step is let go. @throws Error where that does not come */
  async quiet(): Promise<void> {
    for (;;) {
      await nextTurn(); // what follows from the last news has run
      if (this.actors.every(({ isQuiet }) => isQuiet)) return;
      await this.#news();
    }
  }

  /** The first step of each lane of each actor. */
  choices(): Choice[] {
    return this.actors.flatMap((actor) => {
      const lanes = new Map<string, Step>();
      for (const step of actor.steps) if (!lanes.has(step.lane)) lanes.set(step.lane, step);
      return [...lanes].map(([lane, step]) => ({ name: actor.name + lane, actor, step }));
    });
  }

  #news(): Promise<void> {
    return new Promise((resolve, reject) => {
      const hangs = (): void => {
        const states = this.actors.map((actor) => actor.describe());
        reject(new Error(`An operation hangs: ${states.join(' | ')}`));
      };
      const timer = setTimeout(hangs, HANGS_MS);
      this.#wake = () => {
        this.#wake = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
