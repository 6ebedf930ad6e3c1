import { problem, type OptionCheck, type OptionSite } from './option-check.js';
import { isPlainObject } from './simple-checks.js';

type Options = Readonly<Record<string, unknown>>;

/** `redis.options`: nothing in them that would make sessions vanish or answers wrong. */
export const isAllowedClusterOptions: OptionCheck = (value, site) => {
  if (isPlainObject(value)) return clusterProblems(value, site.path, site);
  const mend = 'Write options of ioredis, such as { redisOptions: { password } }.';
  return [problem(site.path, value, "it must be an object of ioredis' ClusterOptions", mend)];
};

/** Options of a Cluster, given or already in use by a client. */
export function clusterProblems(options: Options, path: string, site: OptionSite): string[] {
  const { redisOptions, scaleReads } = options;
  const problems = commonProblems(options, path, site);
  if (scaleReads !== undefined && scaleReads !== 'master') {
    const expected = "it must be 'master': a replica may not know yet of a login, or of a logout";
    problems.push(problem(`${path}.scaleReads`, scaleReads, expected, 'Drop it.'));
  }
  if (!isPlainObject(redisOptions)) return problems;
  // A Cluster takes its nodes' prefix as its own, so one mistake would be told twice.
  const nodeOptions =
    options.keyPrefix === redisOptions.keyPrefix
      ? { ...redisOptions, keyPrefix: undefined }
      : redisOptions;
  return [...problems, ...nodeProblems(nodeOptions, `${path}.redisOptions`, site)];
}

/** Options of the connection to one node. */
export function nodeProblems(options: Options, path: string, site: OptionSite): string[] {
  const { tls } = options;
  const problems = commonProblems(options, path, site);
  if (site.production && isPlainObject(tls) && tls.rejectUnauthorized === false) {
    const expected = 'in production it lets anyone on the way read and change sessions';
    const mend = "Drop it, and name the authority that signed Redis' certificate in tls.ca.";
    problems.push(problem(`${path}.tls.rejectUnauthorized`, false, expected, mend));
  }
  return problems;
}

/** What means the same for a Cluster and for the connection to a node. */
function commonProblems(options: Options, path: string, { path: from }: OptionSite): string[] {
  const problems: string[] = [];
  const ours = from.startsWith('redis.options') ? 'Drop it' : 'Make the client without it';
  const refuse = (name: string, expected: string, mend: string = `${ours}.`): void => {
    problems.push(problem(`${path}.${name}`, options[name], expected, mend));
  };
  if (isOn(options.enableAutoPipelining)) {
    refuse(
      'enableAutoPipelining',
      'while a slot moves to another node, pipelined reads of live sessions are silently answered as missing ' +
        'and users are logged out',
    );
  }
  if (isOn(options.keyPrefix)) {
    const expected =
      'it would change the documented names of the keys, and braces in it their slots';
    refuse('keyPrefix', expected, `${ours} and use the option keyPrefix of SessionModule.`);
  }
  if (isOn(options.stringNumbers)) {
    refuse('stringNumbers', 'the answers of the scripts would come as text instead of numbers');
  }
  if (options.replyMapping === 'resp3') {
    refuse('replyMapping', "the store reads answers in the shape 'legacy', which is the default");
  }
  return problems;
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}
