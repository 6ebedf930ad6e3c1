/** The configuration of every test server; the caller's directives win. */
export function serverConfig(config: Record<string, string> = {}): Record<string, string> {
  return {
    bind: '127.0.0.1',
    // A node that has met no other does not know its own address, and CLUSTER SLOTS then names none.
    'cluster-announce-ip': '127.0.0.1',
    save: '',
    appendonly: 'no',
    'repl-diskless-sync-delay': '0',
    'repl-ping-replica-period': '1',
    'enable-debug-command': 'yes',
    ...(config['requirepass'] === undefined ? {} : { masterauth: config['requirepass'] }),
    ...config,
  };
}
