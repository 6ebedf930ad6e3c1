import type { Scenario } from '../scenario.js';
import { masterGone, peerMasterGone, type MasterFault } from './f01-master-killed.js';

const STOP: MasterFault = {
  begin: (rig) => rig.cluster.stop(rig.master(0)),
  end: (rig) => rig.cluster.cont(rig.master(0)),
};

export const scenario: Scenario = {
  id: 'F02',
  fault: 'SIGSTOP of a master under load, SIGCONT after the failover',
  promise: 'as F01, and recovery does not wait for SIGCONT',
  run: () => masterGone(STOP),
  peer: () => peerMasterGone(STOP),
};
