import type { DoctorFinding } from './doctor-finding.js';
import type { NodeFacts, RedisFacts } from './redis-facts.js';

/** A finding before it is known on which nodes it was found too. */
export type Verdict = Omit<DoctorFinding, 'nodes'>;

/** Judges one node that was asked. */
export type NodeJudge = (node: NodeFacts, facts: RedisFacts) => readonly Verdict[];

/** How a setting is changed now and for good. */
export function configCure(setting: string, value: string): string {
  return `CONFIG SET ${setting} ${value}, and in redis.conf: ${setting} ${value}`;
}

/** A setting as a number; undefined where it is not known. */
export function numberIn(lines: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = lines.get(name);
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** Replicas that a master has and that follow it now. */
export function linkedReplicas(node: NodeFacts): number {
  const lines = [...node.info].filter(([name]) => /^slave\d+$/.test(name));
  return lines.filter(([, line]) => line.includes('state=online')).length;
}
