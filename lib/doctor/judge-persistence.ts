import { configCure, type NodeJudge } from './judgement.js';

/** Whether a restart brings sessions back, and as they were. */
export const judgePersistence: NodeJudge = ({ info, config }) => {
  const isOn =
    (info.get('aof_enabled') ?? (config.get('appendonly') === 'yes' ? '1' : '0')) === '1';
  if (isOn || !(info.has('aof_enabled') || config.has('appendonly'))) return [];
  const snapshots = config.get('save');
  return [
    {
      id: 'persistence',
      severity: 'warning',
      found: `appendonly is no${snapshots === undefined ? '' : snapshots === '' ? ', and there are no snapshots' : ', and there are only snapshots'}`,
      consequence: snapshots
        ? 'A node that restarts comes back as it was at its last snapshot: newer logins are lost, and sessions that were ended since may live again.'
        : 'A node that restarts comes back empty, and its replicas empty themselves after it: its users are logged out.',
      cure: configCure('appendonly', 'yes'),
    },
  ];
};
