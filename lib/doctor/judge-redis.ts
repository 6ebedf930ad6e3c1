import type { DoctorFinding, DoctorSeverity } from './doctor-finding.js';
import { judgeAccess } from './judge-access.js';
import { judgeCluster } from './judge-cluster.js';
import { judgeMemory } from './judge-memory.js';
import { judgePersistence } from './judge-persistence.js';
import { judgeReplication } from './judge-replication.js';
import { judgeVersion } from './judge-version.js';
import type { NodeJudge, Verdict } from './judgement.js';
import type { NodeFacts, RedisFacts } from './redis-facts.js';

const ORDER: readonly DoctorSeverity[] = ['danger', 'warning', 'note'];

const JUDGES: readonly NodeJudge[] = [
  judgeAccess,
  judgeMemory,
  judgeReplication,
  judgeCluster,
  judgePersistence,
  judgeVersion,
];

/** What the facts say against the set-up, the worst first. What several nodes have is one finding. */
export function judgeRedis(facts: RedisFacts): DoctorFinding[] {
  const asked = facts.nodes.filter(({ failure }) => failure === undefined);
  if (asked.length === 0) return [storeDown(facts.nodes.map(describeFailed).join('; '))];
  const found = facts.nodes.flatMap((node) =>
    verdictsOn(node, facts).map((verdict) => ({ verdict, node: node.node })),
  );
  const findings = new Map<string, DoctorFinding>();
  for (const { verdict, node } of found) {
    const key = JSON.stringify(verdict);
    findings.set(key, { ...verdict, nodes: [...(findings.get(key)?.nodes ?? []), node] });
  }
  const rank = ({ severity }: DoctorFinding): number => ORDER.indexOf(severity);
  return [...findings.values()].sort((one, other) => rank(one) - rank(other));
}

/** The finding where no node could be asked. @param reason why, in words without keys or values */
export function storeDown(reason: string): DoctorFinding {
  return {
    id: 'store-down',
    severity: 'danger',
    nodes: [],
    found: `no node of Redis could be asked (${reason || 'the client knows none'})`,
    consequence: 'Every request that needs a session is answered 503.',
    cure: "Check that the servers run, and the option 'redis'.",
  };
}

function verdictsOn(node: NodeFacts, facts: RedisFacts): readonly Verdict[] {
  if (node.failure !== undefined) return [unreachable(node)];
  return JUDGES.flatMap((judge) => judge(node, facts));
}

function unreachable({ role, failure }: NodeFacts): Verdict {
  return {
    id: 'node-unreachable',
    severity: role === 'master' ? 'danger' : 'warning',
    found: `a ${role} could not be asked (${failure})`,
    consequence:
      role === 'master'
        ? 'Its part of the users is answered 503 until it answers or a replica takes over.'
        : 'If its master dies now, nothing may be there to take over.',
    cure: 'Check that it runs, that the app may reach it, and its certificate and password.',
  };
}

function describeFailed({ node, failure }: NodeFacts): string {
  return `${node}: ${failure}`;
}
