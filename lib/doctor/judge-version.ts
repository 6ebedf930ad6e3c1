import type { NodeJudge, Verdict } from './judgement.js';

type Version = readonly [major: number, minor: number, patch: number];

/** The first release of each series that is free of CVE-2024-31449, CVE-2024-46981 and CVE-2025-49844. */
const PATCHED: Readonly<Record<'redis' | 'valkey', readonly Version[]>> = {
  redis: [
    [7, 2, 11],
    [7, 4, 6],
    [8, 0, 4],
    [8, 2, 2],
  ],
  valkey: [
    [7, 2, 11],
    [8, 0, 6],
    [8, 1, 4],
  ],
};

const ADVISORIES = 'CVE-2024-31449, CVE-2024-46981, CVE-2025-49844';

/** Whether the server is one that sessions can live on, and without known holes that scripts can use. */
export const judgeVersion: NodeJudge = ({ info }) => {
  const valkey = info.get('valkey_version');
  const text = valkey ?? info.get('redis_version');
  const version = parse(text);
  if (text === undefined || version === undefined) return [];
  const kind = valkey === undefined ? 'redis' : 'valkey';
  const found = `${kind === 'redis' ? 'Redis' : 'Valkey'} is ${text}`;
  if (version[0] < 7) return [unsupported(found)];
  return isPatched(version, PATCHED[kind]) ? [] : [vulnerable(found, kind, version)];
};

function unsupported(found: string): Verdict {
  return {
    id: 'version',
    severity: 'danger',
    found,
    consequence: 'Below 7.0 commands are missing that sessions, events and ACL rules need.',
    cure: 'Install Redis 7.2.11, 7.4.6, 8.0.4, 8.2.2 or newer.',
  };
}

function vulnerable(found: string, kind: 'redis' | 'valkey', version: Version): Verdict {
  const fixed = PATCHED[kind].map((release) => release.join('.')).join(', ');
  // 7.0 ended before the advisories: its users have patched packages of their distribution, or none.
  const mayBePatched = kind === 'redis' && version[0] === 7 && version[1] === 0;
  return {
    id: 'version',
    severity: mayBePatched ? 'note' : 'warning',
    found,
    consequence: `Whoever may run a script may take over the server (${ADVISORIES}), unless your distribution has patched its package.`,
    cure: `Install ${fixed} or newer, or see your distribution's notes on these advisories.`,
  };
}

/** A series that is newer than all of the list came after the advisories. */
function isPatched(version: Version, patched: readonly Version[]): boolean {
  const series = patched.find(([major, minor]) => major === version[0] && minor === version[1]);
  if (series) return version[2] >= series[2];
  return isNewer(version, patched.at(-1)!);
}

function isNewer(version: Version, than: Version): boolean {
  return version[0] > than[0] || (version[0] === than[0] && version[1] > than[1]);
}

function parse(text: string | undefined): Version | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(text ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}
