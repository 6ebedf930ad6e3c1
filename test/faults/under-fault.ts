import { deadReadsOf, nameOfDeadRead } from './dead-reads.js';
import type { Entry } from './history.js';
import { now } from './lab-client.js';
import { dueIn, failuresOf, kindsOf, latencyOf, longestOf } from './measure.js';
import { Rig, type RigPlan, type Verdict } from './rig.js';
import { lossesOf, Promises, type Outcome } from './scenario.js';

/** What a scenario has to judge. */
export interface Facts {
  readonly rig: Rig;
  readonly verdict: Verdict;
  readonly promises: Promises;
  /** When the fault began, ms since 1970. */
  readonly at: number;
  /** Requests due before the fault. */
  readonly before: readonly Entry[];
  /** Requests due since. */
  readonly since: readonly Entry[];
  /** Of those, the answers that were an error for the user. */
  readonly failed: readonly Entry[];
}

/** A rig, and what its fault may do beside what is promised. */
export interface FaultPlan extends RigPlan {
  /** Nodes come back empty or evict keys: then what a replica had acknowledged may be gone too. */
  readonly dataIsLost?: boolean;
  /** All that Redis knew of an end is lost too: a server that has not heard of it may serve the session until one that has repeats it. */
  readonly mayServeUnheard?: boolean;
}

const QUIET_MS = 3000;

/**
 * Plays a fault under load and judges the history; the safety counters must all be 0.
 * @param look what else is promised, noted in `promises`; and the figure
 */
export function underFault(
  plan: FaultPlan,
  play: (rig: Rig) => Promise<void>,
  look: (facts: Facts) => string,
): Promise<Outcome> {
  return Rig.use(plan, async (rig) => {
    await rig.load.goOn(QUIET_MS);
    const at = now();
    await play(rig);
    await rig.load.goOn(QUIET_MS / 2);
    const verdict = await rig.verdict();
    const promises = new Promises();
    promises.keepSafe(judgedBy(plan, rig, verdict));
    const since = dueIn(rig.load.history, at);
    const before = dueIn(rig.load.history, 0, at);
    const failed = failuresOf(since);
    const figure = look({ rig, verdict, promises, at, before, since, failed });
    return { figure, broken: promises.broken };
  });
}

/** What is held against a fault that may do what its plan says. */
function judgedBy({ dataIsLost, mayServeUnheard }: FaultPlan, rig: Rig, verdict: Verdict): Verdict {
  const heard = deadReadsOf(rig.load.history).filter(({ wasHeard }) => wasHeard);
  return {
    ...verdict,
    ...(dataIsLost && { lostDurable: [], missing: [] }),
    ...(mayServeUnheard && { revived: heard.map(nameOfDeadRead) }),
  };
}

/** Promises that nothing was noticed: no error, nothing lost. */
export function noticedByNobody({ promises, failed, since, verdict }: Facts): string {
  keepErrorless(promises, failed);
  const { lostAsync } = verdict;
  promises.keep(lostAsync.length === 0, `lost: ${lostAsync.slice(0, 3).join('; ')}`);
  return (
    `${failed.length} errors of ${since.length}, ${verdict.missing.length} read as missing, ${lostAsync.length} writes lost; ` +
    `longest request ${longestOf(since).toFixed(0)} ms`
  );
}

/** Promises that what could not be served was told by 503, and no answer took longer. */
export function toldBy503(facts: Facts, longestMs: number): string {
  const { promises, failed, since, rig, verdict } = facts;
  const wrong = failed.filter(({ status }) => status !== 503);
  promises.keep(wrong.length === 0, `answers other than 503: ${kindsOf(wrong)}`);
  const longest = longestOf(since);
  promises.keep(longest <= longestMs, `longest request ${longest.toFixed(0)} ms`);
  return `${failed.length} errors of ${since.length} (${kindsOf(failed)}), longest request ${longest.toFixed(0)} ms; ${lossesOf(rig, verdict)}`;
}

/** Promises that there was no error at all. */
export function keepErrorless(promises: Promises, failed: readonly Entry[]): void {
  promises.keep(failed.length === 0, `${failed.length} errors (${kindsOf(failed)})`);
}

/** Below this a ratio of latencies says nothing but how busy the machine is. */
const LEAST_MS = 25;

/** Promises that requests to other shards than the first took hardly longer than before. */
export function keepOthersFast({ promises, before, since }: Facts): string {
  const onOthers = (entries: readonly Entry[]): number =>
    latencyOf(entries.filter(({ shard }) => shard > 0)).p99;
  const [usual, during] = [onOthers(before), onOthers(since)];
  const figure = `p99 of the other shards ${usual.toFixed(0)} -> ${during.toFixed(0)} ms`;
  promises.keep(during <= Math.max(1.5 * usual, LEAST_MS), figure);
  return figure;
}
