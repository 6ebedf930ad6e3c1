import { FULL } from '../../support/test-size.js';
import { walkAll, walkSome, type Plan, type Walk } from './walker.js';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Most violations that are shown. */
const SHOWN = 3;

/** How many times an actor is interrupted in its work: as often as can be at full size, otherwise at most so many times. */
export function atMost(switches: number): number {
  return FULL ? Infinity : Number(process.env['SWITCHES'] ?? switches);
}

/** Fails where some order that the plan allows breaks a promise. */
export async function expectAllOrders(what: string, plan: Plan): Promise<void> {
  expectNone(what, await walkAll(plan));
}

/** The same of so many orders drawn at random. */
export async function expectSomeOrders(what: string, plan: Plan, count: number): Promise<void> {
  expectNone(`${what}, SEED=${SEED}`, await walkSome(plan, count, SEED));
}

function expectNone(what: string, { orders, strays, violations }: Walk): void {
  const bad = violations.length;
  console.info(`${what}: ${orders} orders, ${strays} of them strayed, ${bad} break a promise`);
  expect(violations.slice(0, SHOWN)).toEqual([]);
  expect(orders).toBeGreaterThan(0);
}
