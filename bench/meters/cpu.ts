import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds of CPU that the processes have used so far, by all of their threads. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOfProcess(pid), 0);
}

function cpuOfProcess(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return (
    readdirSync(tasks).reduce((sum, task) => sum + nanosecondsOf(`${tasks}/${task}`), 0) / 1000
  );
}

function nanosecondsOf(task: string): number {
  const [onCpu] = readFileSync(`${task}/schedstat`, 'latin1').split(' ', 1);
  return Number(onCpu);
}
