import { readFileSync } from 'node:fs';

/** The one command that installs a Redis server on this system, in a sentence. */
export function installAdvice(
  platform: NodeJS.Platform = process.platform,
  distributions: readonly string[] = linuxDistribution().likes,
): string {
  if (platform === 'win32') return 'Redis runs in WSL only: run `wsl --install`, then work there.';
  return `Run: ${installCommand(platform, distributions)}`;
}

/** What /etc/os-release says: its own name, version, and the names of the ones it derives from. */
export function linuxDistribution(file: string = '/etc/os-release'): {
  id: string;
  version: string;
  likes: string[];
} {
  const field = (name: string, text: string): string =>
    new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  try {
    const text = readFileSync(file, 'utf8');
    const id = field('ID', text);
    const likes = [id, ...field('ID_LIKE', text).split(' ')].filter((name) => name !== '');
    return { id, version: field('VERSION_ID', text) || field('VERSION_CODENAME', text), likes };
  } catch {
    return { id: '', version: '', likes: [] };
  }
}

function installCommand(platform: NodeJS.Platform, distributions: readonly string[]): string {
  const commands: Record<string, string> = {
    debian: 'sudo apt-get install redis-server',
    ubuntu: 'sudo apt-get install redis-server',
    fedora: 'sudo dnf install valkey',
    rhel: 'sudo dnf install redis',
    centos: 'sudo dnf install redis',
    alpine: 'sudo apk add redis',
    arch: 'sudo pacman -S valkey',
    suse: 'sudo zypper install redis',
    opensuse: 'sudo zypper install redis',
  };
  if (platform === 'darwin') return 'brew install redis';
  const known = distributions.find((name) => commands[name] !== undefined);
  return (
    (known && commands[known]) ??
    "your system's package manager for `redis` or `valkey`, or set REDIS_SERVER to a server program"
  );
}
