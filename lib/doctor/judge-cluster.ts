import { configCure, numberIn, type NodeJudge, type Verdict } from './judgement.js';

/** Milliseconds. */
const SHORTEST_TIMEOUT = 3000;
const LONGEST_TIMEOUT = 5000;
/** The default of Redis. */
const SLOW_TIMEOUT = 15_000;

/** Whether a cluster gets over the death of a master soon, and goes on meanwhile. */
export const judgeCluster: NodeJudge = ({ info, config }, { cluster, failoverDeadline }) => {
  if (!cluster) return [];
  const timeout = numberIn(config, 'cluster-node-timeout');
  return [
    ...(info.get('cluster_state') === 'fail' ? [SLOTS_MISSING] : []),
    ...judgeTimeout(timeout),
    ...judgeDeadline(failoverDeadline, timeout),
    ...(config.get('cluster-require-full-coverage') === 'yes' ? [FULL_COVERAGE] : []),
  ];
};

const SLOTS_MISSING: Verdict = {
  id: 'slots-missing',
  severity: 'danger',
  found: 'the cluster is down for this node (cluster_state:fail)',
  consequence: 'Sessions in slots that no node serves, or all of them, are answered 503.',
  cure: 'redis-cli --cluster check <a node> names the slots; bring their master or a replica of it back.',
};

const FULL_COVERAGE: Verdict = {
  id: 'full-coverage',
  severity: 'warning',
  found: 'cluster-require-full-coverage is yes',
  consequence:
    'When one shard is lost all of them stop: nobody has a session, and no new server of the app can start.',
  cure: configCure('cluster-require-full-coverage', 'no'),
};

function judgeTimeout(timeout: number | undefined): Verdict[] {
  if (timeout === undefined || (timeout >= SHORTEST_TIMEOUT && timeout <= LONGEST_TIMEOUT))
    return [];
  const seconds = Math.round(timeout / 1000) + 2;
  return [
    {
      id: 'node-timeout',
      severity: timeout >= SLOW_TIMEOUT ? 'warning' : 'note',
      found: `cluster-node-timeout is ${timeout} ms`,
      consequence:
        timeout > LONGEST_TIMEOUT
          ? `When a master dies its part of the users is answered 503 for about ${seconds} s.`
          : 'A node that is only slow for a moment is taken for dead, and what its replicas had not heard of is lost.',
      cure: configCure('cluster-node-timeout', String(LONGEST_TIMEOUT)),
    },
  ];
}

/**
 * Whether requests are waited for as long as a failover may take: a master counts as dead when a ping, sent up to half a timeout late, has been
 * open for a whole one; then nodes tell each other, and the replica waits for up to a second before it asks to be elected. Of 17 and
 * 8 failovers with 2 s and 5 s the longest took 4.7 and 8.9 s.
 */
function judgeDeadline(deadline: number, timeout: number | undefined): Verdict[] {
  if (deadline === 0 || timeout === undefined || timeout > LONGEST_TIMEOUT) return [];
  const failover = Math.ceil(1.5 * timeout) + 2000;
  if (deadline >= failover) return [];
  return [
    {
      id: 'failover-deadline',
      severity: 'warning',
      found: `the option 'failoverDeadline' is ${deadline} ms, and cluster-node-timeout ${timeout} ms`,
      consequence: `When a master dies its replica may take ${failover} ms to take over; requests that have waited for the deadline are answered 503.`,
      cure: `The option failoverDeadline: ${failover}`,
    },
  ];
}
