import type { Result, Row } from '../questions/result.js';
import { withinRounds } from './statistics.js';

/** Microseconds of CPU per request, app and Redis together, of each round. */
export function totalOf(row: Row): number[] {
  return withinRounds(row.rounds['app'] ?? [], row.rounds['redis'] ?? [], (a, b) => a + b);
}

/**
 * What a request costs more than one of the bare app, of each round. Of ours it is more than one of the bare routes beside our module: what
 * that spares all of the app must not hide what its sessions cost.
 */
export function addedOf(result: Result, row: Row): number[] {
  const floor =
    row.role === 'own' || row.role === 'floor' ? sameOf(result, row, 'floor') : undefined;
  const bare = floor ?? sameOf(result, row, 'bare');
  return bare ? withinRounds(totalOf(row), totalOf(bare), (own, least) => own - least) : [];
}

/** How many times less it costs than the peer on the same platform, of each round. */
export function totalRatioOf(result: Result, row: Row): number[] {
  const peer = sameOf(result, row, 'peer');
  return peer ? withinRounds(totalOf(row), totalOf(peer), timesLess) : [];
}

/** The same of what is added to the bare app. */
export function addedRatioOf(result: Result, row: Row): number[] {
  const peer = sameOf(result, row, 'peer');
  if (!peer) return [];
  return withinRounds(addedOf(result, row), addedOf(result, peer), timesLess);
}

/** How many times less than the peer a quantity is, of each round. */
export function ratioOf(result: Result, row: Row, quantity: string): number[] {
  const peer = sameOf(result, row, 'peer');
  return withinRounds(row.rounds[quantity] ?? [], peer?.rounds[quantity] ?? [], timesLess);
}

/** The row of the bare app, or of the peer, that a row is measured against. */
function sameOf(result: Result, { platform }: Row, role: Row['role']): Row | undefined {
  return result.rows.find((row) => row.role === role && row.platform === platform);
}

/** What costs nothing that could be measured is better by no number. */
function timesLess(own: number, peer: number): number {
  return own > 0 ? peer / own : Infinity;
}
