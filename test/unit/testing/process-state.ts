import { existsSync, readFileSync } from 'node:fs';

/** Whether no such process is left; one that has ended and waits for its parent to ask is gone. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && /\) Z /.test(readFileSync(stat, 'utf8'));
}
