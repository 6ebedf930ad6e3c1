import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { RATE } from './load.js';
import { findRedisServer } from '../../lib/testing/index.js';

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly fault: string;
  readonly promise: string;
  readonly figure: string;
  readonly verdict: string;
  readonly broken: readonly string[];
  /** The same with express-session and connect-redis, where that was measured. */
  readonly peer: string | undefined;
}

const BEGIN = '<!-- measured: written by npm run faults -->';
const END = '<!-- end of measured -->';
const HEAD =
  '| fault | promise | measured | verdict | express-session + connect-redis |\n|---|---|---|---|---|';

/** What the figures were taken on. */
export async function machineLine(): Promise<string> {
  const { path, env } = await findRedisServer();
  const server = execFileSync(path, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const redis = /v=(\S+)/.exec(server)?.[1] ?? '?';
  const cores = availableParallelism();
  return `Node ${process.versions.node}, Redis ${redis}, ${cores} cores shared by load, servers and all Redis nodes`;
}

/** Puts the rows in place of those of the same faults; the others stay as they were measured before. */
export function updateReport(file: string, rows: readonly Row[], machine: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : `# Faults\n\n${BEGIN}\n${END}\n`;
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf(END);
  const lines = new Map<string, string>();
  for (const line of text.slice(from, to).split('\n')) {
    const id = /^\| ([A-Z]\w+) /.exec(line)?.[1];
    if (id) lines.set(id, line);
  }
  for (const row of rows) lines.set(row.id, lineOf(row));
  const table = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  const measured = [HEAD, ...table, '', `Measured with ${machine}.`].join('\n');
  writeFileSync(file, `${text.slice(0, from)}\n\n${measured}\n\n${text.slice(to)}`);
}

function lineOf({ id, fault, promise, figure, verdict, broken, peer = '' }: Row): string {
  const date = new Date().toISOString().slice(0, 10);
  const when = `${date}, ${RATE} requests a second`;
  const told = [`${verdict} (${when})`, ...broken].join('; ');
  const cells = [`${id} ${fault}`, promise, figure, told, peer];
  return `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
}
