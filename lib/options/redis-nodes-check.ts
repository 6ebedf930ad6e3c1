import { pathTo, problem, sentence, type OptionCheck } from './option-check.js';
import { isPlainObject } from './simple-checks.js';

/** A node as the client takes it. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = "{ host: '10.0.0.1', port: 6379 } or 'redis://10.0.0.1:6379'";

/** `redis.nodes`: at least one address; all of them with TLS or none. */
export const areNodes: OptionCheck = (value, { path }) => {
  if (!Array.isArray(value) || value.length === 0) {
    const mend = `Write ${path}: [${ADDRESS}].`;
    return [problem(path, value, 'it must be an array of at least one node', mend)];
  }
  const nodes: readonly unknown[] = value;
  const problems = nodes.flatMap((node, at) => nodeProblems(node, `${path}[${at}]`));
  const secure = nodes.filter(isTlsNode).length;
  if (secure > 0 && secure < nodes.length) {
    const expected = "only some begin with 'rediss://', so some would be met without TLS";
    problems.push(problem(path, value, expected, 'Give all nodes in the same way.'));
  }
  return problems;
};

/** True for a node given as 'rediss://...'. */
export function isTlsNode(node: unknown): boolean {
  return typeof node === 'string' && /^rediss:/i.test(node);
}

/** Host and port of a node that `areNodes` let pass. */
export function nodeAddress(node: string | { host: string; port?: number }): NodeAddress {
  if (typeof node !== 'string') return { host: node.host, port: node.port ?? 6379 };
  const url = new URL(node);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 6379) };
}

function nodeProblems(node: unknown, path: string): string[] {
  if (typeof node === 'string') return urlProblems(node, path);
  if (!isPlainObject(node)) {
    return [problem(path, node, 'it must be the address of a node', `Write ${ADDRESS}.`)];
  }
  const problems: string[] = [];
  if (typeof node.host !== 'string' || !/^[^\s/@]+$/.test(node.host)) {
    const expected = 'it must be a host name or an IP address';
    problems.push(problem(`${path}.host`, node.host, expected, `Write ${ADDRESS}.`));
  }
  if (node.port !== undefined && !isPort(node.port)) {
    const expected = 'it must be a whole number from 1 to 65535';
    problems.push(
      problem(`${path}.port`, node.port, expected, 'Redis listens on 6379 by default.'),
    );
  }
  return [...problems, ...Object.keys(node).flatMap((name) => strayProblems(name, path))];
}

function strayProblems(name: string, path: string): string[] {
  if (name === 'host' || name === 'port') return [];
  return [
    `${pathTo(path, name)}: unknown option: a node has only a host and a port, as the client finds the other nodes by ` +
      `itself and would not use it there. Set it for all nodes in ${pathTo('redis.options.redisOptions', name)}.`,
  ];
}

/** The text is not shown, as it may hold a password. */
function urlProblems(text: string, path: string): string[] {
  const given = 'a string';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    return [sentence(path, given, 'it is not the address of a node', `Write ${ADDRESS}.`)];
  }
  if (url.username !== '' || url.password !== '') {
    const expected = 'with user name or password, which would reach this one node only';
    const mend = 'Set redis.options.redisOptions.username and .password, which all nodes get.';
    return [sentence(path, 'an address', expected, mend)];
  }
  if (!/^\/?0?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    const expected = 'nothing may follow the port: a cluster has only database 0';
    const mend = `Write ${url.protocol}//${url.host}, and options in redis.options.`;
    return [sentence(path, 'an address', expected, mend)];
  }
  return [];
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535;
}
