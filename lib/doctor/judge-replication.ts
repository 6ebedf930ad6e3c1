import { configCure, linkedReplicas, numberIn, type NodeJudge, type Verdict } from './judgement.js';
import type { NodeFacts } from './redis-facts.js';

/** Seconds without word from a replica after which a master should not count on it. */
const LONGEST_LAG = 3;

/** Whether what a master acknowledges is anywhere else when it dies. */
export const judgeReplication: NodeJudge = (node, { cluster }) => {
  if (node.role === 'replica') return [...judgeLink(node), ...judgeHost(node)];
  if (!node.info.has('connected_slaves')) return []; // INFO was not to be had
  const linked = linkedReplicas(node);
  if (linked > 0) return judgeLeastReplicas(node, linked);
  return [cluster ? NO_REPLICA : ALONE];
};

const NO_REPLICA: Verdict = {
  id: 'replicas',
  severity: 'danger',
  found: 'a master has no replica that follows it',
  consequence:
    'When it dies its sessions and logins are gone, and its part of the users can neither use nor begin one.',
  cure: 'redis-cli --cluster add-node <new host:port> <this node> --cluster-slave',
};

const ALONE: Verdict = {
  id: 'replicas',
  severity: 'note',
  found: 'there is one server only, without a replica that could take over',
  consequence: 'While it is away every request that needs a session is answered 503.',
  cure: 'Use a Redis Cluster of three masters with a replica each.',
};

function judgeLink({ info }: NodeFacts): Verdict[] {
  if (info.get('master_link_status') !== 'down') return [];
  return [
    {
      id: 'replica-link',
      severity: 'warning',
      found: 'a replica has lost its master (master_link_status:down)',
      consequence:
        'If its master dies now, what was written since is lost: ended sessions may come back for a while.',
      cure: 'See the log of the replica; INFO replication shows master_link_status:up when it is well again.',
    },
  ];
}

function judgeHost({ host, info }: NodeFacts): Verdict[] {
  const master = info.get('master_host');
  if (host === undefined || host !== master || isLoopback(host)) return [];
  return [
    {
      id: 'same-host',
      severity: 'note',
      found: 'a replica runs on the host of its master',
      consequence: 'When that host dies both are gone, and with them their part of the sessions.',
      cure: 'CLUSTER REPLICATE <id of a master on another host>, or move the node.',
    },
  ];
}

/** Without CONFIG GET, INFO tells only whether the two settings are in use. */
function judgeLeastReplicas({ info, config }: NodeFacts, linked: number): Verdict[] {
  const least = numberIn(config, 'min-replicas-to-write');
  const lag = numberIn(config, 'min-replicas-max-lag');
  const unused = least === undefined ? !info.has('min_slaves_good_slaves') : least === 0;
  if (unused || lag === 0) return [cutOffMasterGoesOn(linked)];
  return lag !== undefined && lag > LONGEST_LAG ? [lateNotice(lag)] : [];
}

/** With one replica the cure has a price: the replica's death stops the master's writes. */
function cutOffMasterGoesOn(linked: number): Verdict {
  return {
    id: 'min-replicas',
    severity: linked > 1 ? 'warning' : 'note',
    found: 'min-replicas-to-write is 0',
    consequence:
      'A master that is cut off from the others goes on acknowledging logins and changes that will be lost, until it notices.' +
      (linked > 1
        ? ''
        : ' With one replica the cure makes its death stop the writes of its master.'),
    cure: `${configCure('min-replicas-to-write', '1')}; the same for min-replicas-max-lag ${LONGEST_LAG}`,
  };
}

function lateNotice(lag: number): Verdict {
  return {
    id: 'min-replicas',
    severity: 'note',
    found: `min-replicas-max-lag is ${lag}`,
    consequence: `A master that is cut off goes on acknowledging writes for ${lag} s; they will be lost.`,
    cure: configCure('min-replicas-max-lag', String(LONGEST_LAG)),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
