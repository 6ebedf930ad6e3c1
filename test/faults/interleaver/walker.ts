import { SeededRandom } from '../../support/seeded-random.js';
import type { Mishap } from './actor.js';
import type { Stage, Choice } from './stage.js';

/** One order of steps from its beginning to its end. */
export interface Play {
  readonly stage: Stage;
  /** Begins the work of all actors. */
  start(): void;
  /** Something from outside that may happen once between two steps, by its name. */
  readonly events: ReadonlyMap<string, () => Promise<void>>;
  /** Judges what has become of it. @returns what is wrong, one line each */
  judge(): Promise<string[]>;
}

export interface Plan {
  /** Prepares an order: everything new. */
  readonly prepare: () => Promise<Play>;
  /** How many times an actor may be interrupted by another before it is done. */
  readonly switches: number;
  /** How many faults or events from outside an order has: none, or exactly one. */
  readonly faults?: 0 | 1;
  /** What may happen to a step; default nothing. */
  readonly mishap?: Mishap | undefined;
  /** Orders at a time. */
  readonly atOnce: number;
}

export interface Walk {
  readonly orders: number;
  /** Those of them that went another way than the one they repeat: something was sent once more that was not before. */
  readonly strays: number;
  /** Orders that broke a promise, those with the fewest switches first. */
  readonly violations: readonly string[];
}

/** One decision: which step is next, and what happens to it. */
interface Option {
  readonly name: string;
  readonly choice?: Choice;
  readonly isFault: boolean;
  readonly isSwitch: boolean;
}

interface Ending {
  readonly isStray: boolean;
  readonly taken: readonly string[];
  readonly switches: number;
  readonly forks: readonly (readonly string[])[];
  readonly violation: string | undefined;
}

/** Marks a step that a mishap happens to, in an order's name. */
const MISHAP = '!';

/** Walks all orders that the plan allows. */
export async function walkAll(plan: Plan): Promise<Walk> {
  // The first order alone: all others fork from it.
  const first = await play(plan, () => undefined);
  const left = [...first.forks];
  const endings = [first];
  const worker = async (): Promise<void> => {
    for (;;) {
      const prefix = left.pop();
      if (!prefix) return;
      const ending = await play(plan, (at) => prefix[at]);
      left.push(...ending.forks.filter((fork) => fork.length > prefix.length));
      endings.push(ending);
    }
  };
  while (left.length > 0) await Promise.all(Array.from({ length: plan.atOnce }, worker));
  return report(plan, endings);
}

/** Walks so many orders drawn at random, each once. */
export async function walkSome(plan: Plan, count: number, seed: number): Promise<Walk> {
  const random = new SeededRandom(seed);
  const endings = new Map<string, Ending>();
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun++ < count) {
      const ending = await play(plan, (_, names) => random.pick(names));
      endings.set(ending.taken.join(' '), ending);
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce }, worker));
  return report(plan, [...endings.values()]);
}

function report({ faults = 0 }: Plan, endings: readonly Ending[]): Walk {
  // Without its fault an order belongs to another walk.
  const counted = endings.filter(({ taken }) => faults === 0 || taken.some(isFault));
  const bad = counted.filter(({ violation }) => violation !== undefined);
  bad.sort((a, b) => a.switches - b.switches || a.taken.length - b.taken.length);
  return {
    orders: counted.length,
    strays: counted.filter(({ isStray }) => isStray).length,
    violations: bad.map(({ violation }) => violation!),
  };
}

/** @param decide names the step to take next; undefined: any */
async function play(
  plan: Plan,
  decide: (at: number, names: string[]) => string | undefined,
): Promise<Ending> {
  const scene = await plan.prepare();
  const taken: string[] = [];
  const labels: string[] = [];
  const forks: string[][] = [];
  let switches = 0;
  let isStray = false;
  let last: string | undefined;
  scene.start();
  for (;;) {
    await scene.stage.quiet();
    const options = optionsOf(plan, scene, taken, last, switches);
    if (options.length === 0) break;
    const names = options.map(({ name }) => name);
    const wanted: string | undefined = isStray ? undefined : decide(taken.length, names);
    isStray ||= wanted !== undefined && !names.includes(wanted);
    const option = options.find(({ name }) => name === wanted) ?? options[0]!;
    forks.push(...options.filter((o) => o !== option).map(({ name }) => [...taken, name]));
    taken.push(option.name);
    if (option.isSwitch) switches++;
    labels.push(labelOf(option));
    if (option.choice) {
      const { actor, step } = option.choice;
      last = actor.name;
      actor.release(step, option.isFault ? plan.mishap : undefined);
    } else await scene.events.get(option.name)!();
  }
  const wrong = await scene.judge();
  const violation = wrong.length > 0 ? `${labels.join(', ')} => ${wrong.join('; ')}` : undefined;
  return { taken, switches, isStray, forks: isStray ? [] : forks, violation };
}

/** What may come next: the actor that was at work goes on first. */
function optionsOf(
  { switches: most, faults = 0, mishap }: Plan,
  { stage, events }: Play,
  taken: readonly string[],
  last: string | undefined,
  switches: number,
): Option[] {
  const choices = stage.choices();
  if (choices.length === 0) return [];
  const goesOn = choices.some(({ actor }) => actor.name === last);
  const plain = choices.map((choice) => ({
    name: choice.name,
    choice,
    isFault: false,
    isSwitch: goesOn && choice.actor.name !== last,
  }));
  plain.sort((a, b) => Number(b.choice.actor.name === last) - Number(a.choice.actor.name === last));
  const allowed = plain.filter(({ isSwitch }) => switches < most || !isSwitch);
  if (faults === 0 || taken.some(isFault)) return allowed;
  const hit = allowed
    .filter(({ choice }) => mishap && choice.step.mishaps.includes(mishap))
    .map((option) => ({ ...option, name: option.name + MISHAP, isFault: true }));
  const outside = [...events.keys()].map((name) => ({ name, isFault: true, isSwitch: false }));
  return [...allowed, ...hit, ...outside];
}

function isFault(name: string): boolean {
  return name.endsWith(MISHAP) || name.startsWith('*');
}

function labelOf({ name, choice, isFault: isHit }: Option): string {
  if (!choice) return name;
  return `${choice.actor.name} ${choice.step.label}${isHit ? MISHAP : ''}`;
}
