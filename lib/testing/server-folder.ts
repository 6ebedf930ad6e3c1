import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * Each line replaces the list of servers to kill. The loop ends when the pipe closes, which the
 * system does for us however this process ends: also by SIGKILL, also by a signal whose handling
 * belongs to the app.
 */
const WATCHDOG = `
while read -r line; do pids="$line"; done
[ -z "$pids" ] || kill -9 $pids 2>/dev/null
for attempt in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && break; sleep 1; done
`;

const open = new Set<ServerFolder>();

/**
 * A temporary folder and the servers that run in it. Whatever happens to this process, the servers
 * are killed and the folder is deleted: by `remove()`, when the process exits, and by a watchdog
 * process when it is killed. No signal handler is installed, so the app's own ones work as ever.
 */
export class ServerFolder {
  /** The folder, under the system's temporary folder. */
  readonly path: string = mkdtempSync(join(tmpdir(), 'nest-session-redis-'));

  readonly #pids = new Set<number>();
  readonly #watchdog: ChildProcess;
  #removed = false;

  constructor() {
    this.#watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'nest-session-watchdog', this.path], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#watchdog.on('error', () => undefined);
    this.#watchdog.stdin?.on('error', () => undefined);
    this.#watchdog.unref();
    if (open.size === 0) process.on('exit', removeAllNow);
    open.add(this);
  }

  /** From now on the server is killed with the folder. */
  track(pid: number): void {
    if (this.#removed) return killQuietly(pid);
    this.#pids.add(pid);
    this.#tellWatchdog();
  }

  /** The server is gone; its pid may soon be another process'. */
  untrack(pid: number): void {
    this.#pids.delete(pid);
    this.#tellWatchdog();
  }

  /** Kills what still runs and deletes the folder. */
  async remove(): Promise<void> {
    this.#removed = true;
    open.delete(this);
    if (open.size === 0) process.off('exit', removeAllNow);
    for (const pid of this.#pids) killQuietly(pid);
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
    this.#watchdog.stdin?.end();
  }

  /** Kills the servers and deletes the folder before it returns: for the end of the process. */
  removeNow(): void {
    for (const pid of this.#pids) killQuietly(pid);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }

  #tellWatchdog(): void {
    this.#watchdog.stdin?.write(`${[...this.#pids].join(' ')}\n`);
  }
}

function removeAllNow(): void {
  for (const folder of open) folder.removeNow();
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
