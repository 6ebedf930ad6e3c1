import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installAdvice, linuxDistribution } from '../../../lib/testing/install-advice.js';

describe('the advice to install a server', () => {
  it.each([
    ['macOS', 'darwin', [], 'Run: brew install redis'],
    ['Debian', 'linux', ['debian'], 'Run: sudo apt-get install redis-server'],
    ['Ubuntu', 'linux', ['ubuntu', 'debian'], 'Run: sudo apt-get install redis-server'],
    ['Fedora', 'linux', ['fedora'], 'Run: sudo dnf install valkey'],
    ['Rocky Linux', 'linux', ['rocky', 'rhel', 'centos', 'fedora'], 'Run: sudo dnf install redis'],
    ['Alpine', 'linux', ['alpine'], 'Run: sudo apk add redis'],
    ['Arch', 'linux', ['arch'], 'Run: sudo pacman -S valkey'],
    ['Manjaro', 'linux', ['manjaro', 'arch'], 'Run: sudo pacman -S valkey'],
  ] as const)('is the one command for %s', (_name, platform, distributions, advice) => {
    expect(installAdvice(platform, distributions)).toBe(advice);
  });

  it('is WSL on Windows', () => {
    expect(installAdvice('win32', [])).toContain('wsl --install');
  });

  it('names the packages and REDIS_SERVER on a system that it does not know', () => {
    const advice = installAdvice('linux', ['unheard-of']);

    expect(advice).toContain('redis');
    expect(advice).toContain('REDIS_SERVER');
  });
});

describe('the distribution', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'os-release-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is read with the ones it derives from, quoted or not', () => {
    const file = join(folder, 'os-release');
    writeFileSync(
      file,
      'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n',
    );

    expect(linuxDistribution(file)).toEqual({
      id: 'linuxmint',
      version: '22',
      likes: ['linuxmint', 'ubuntu', 'debian'],
    });
  });

  it('is unknown where the system does not tell', () => {
    expect(linuxDistribution(join(folder, 'none'))).toEqual({ id: '', version: '', likes: [] });
  });
});
