import type { Scenario } from '../scenario.js';
import { masterGoneEitherWay, peerMasterGone, type MasterFault } from './f01-master-killed.js';

const STOP: MasterFault = {
  begin: (rig) => rig.cluster.stop(rig.master(0)),
  end: (rig) => rig.cluster.cont(rig.master(0)),
};

export const scenario: Scenario = {
  id: 'F02',
  fault:
    'SIGSTOP of a master under load, SIGCONT after the failover, cluster-require-full-coverage no and yes',
  promise: 'as F01, and recovery does not wait for SIGCONT',
  run: () => masterGoneEitherWay(STOP),
  peer: () => peerMasterGone(STOP),
};
