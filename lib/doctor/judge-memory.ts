import { configCure, numberIn, type NodeJudge, type Verdict } from './judgement.js';

/** Bytes; fields up to here stay in the compact form of a hash. docs/redis.md has the measurement. */
const LISTPACK_VALUE = 1024;

/** Whether memory that runs short ends sessions, and whether they take more of it than they need. */
export const judgeMemory: NodeJudge = ({ info, config }) => {
  const most = numberIn(info, 'maxmemory') ?? numberIn(config, 'maxmemory');
  const policy = info.get('maxmemory_policy') ?? config.get('maxmemory-policy');
  return [
    ...(policy === undefined ? [] : judgePolicy(policy, most === 0)),
    ...(most === 0 ? [NO_LIMIT] : []),
    ...judgeListpack(numberIn(config, 'hash-max-listpack-value')),
  ];
};

const NO_LIMIT: Verdict = {
  id: 'maxmemory',
  severity: 'note',
  found: 'maxmemory is 0, so there is no limit',
  consequence:
    'When the machine runs out of memory the system kills Redis instead of Redis refusing writes.',
  cure: 'CONFIG SET maxmemory <bytes>, and in redis.conf: maxmemory <bytes>; docs/redis.md says how many.',
};

function judgePolicy(policy: string, unused: boolean): Verdict[] {
  if (policy === 'noeviction' || policy === 'volatile-ttl') return [];
  const severity = policy.startsWith('allkeys') ? 'danger' : 'warning';
  return [
    {
      id: 'maxmemory-policy',
      severity: unused ? 'note' : severity,
      found: `maxmemory-policy is ${policy}${unused ? ', not in use while maxmemory is 0' : ''}`,
      consequence:
        'When memory runs short Redis drops live sessions and the records of logins: users are logged out without a word.',
      cure: configCure('maxmemory-policy', 'noeviction'),
    },
  ];
}

function judgeListpack(value: number | undefined): Verdict[] {
  if (value === undefined || value >= LISTPACK_VALUE) return [];
  return [
    {
      id: 'listpack-value',
      severity: 'note',
      found: `hash-max-listpack-value is ${value}`,
      consequence: `A session with a field over ${value} bytes takes about a third more memory than it needs.`,
      cure: configCure('hash-max-listpack-value', String(LISTPACK_VALUE)),
    },
  ];
}
