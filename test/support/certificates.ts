import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Paths of a certificate and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own, made by openssl in a temporary folder. */
export class Certificates {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<Certificates> {
    const made = new Certificates(await mkdtemp(join(tmpdir(), 'nest-session-tls-')));
    const files = ['-keyout', made.#path('ca.key'), '-out', made.caFile];
    await run('openssl', [
      'req',
      '-x509',
      ...NEW_KEY,
      ...files,
      '-days',
      '30',
      '-subj',
      '/CN=test',
    ]);
    return made;
  }

  /** Path of the authority's certificate. */
  get caFile(): string {
    return this.#path('ca.pem');
  }

  ca(): Promise<string> {
    return readFile(this.caFile, 'utf8');
  }

  /** A certificate for a host name. @param days how long it is good from now; less than 0: it has expired */
  async issue(name: string, days: number = 30): Promise<Certificate> {
    const file = `${name}${days}`;
    const [cert, key, request] = ['pem', 'key', 'csr'].map((end) => this.#path(`${file}.${end}`));
    const names = this.#path(`${file}.ext`);
    await writeFile(names, `subjectAltName=DNS:${name}\n`);
    await run('openssl', [
      'req',
      ...NEW_KEY,
      '-keyout',
      key!,
      '-out',
      request!,
      '-subj',
      `/CN=${name}`,
    ]);
    // Drawn, not counted: openssl counts in a file, which certificates that are issued side by side find half written.
    const serial = `0x${randomUUID().replaceAll('-', '')}`;
    const by = ['-CA', this.caFile, '-CAkey', this.#path('ca.key'), '-set_serial', serial];
    const life = ['-days', String(days), '-extfile', names];
    await run('openssl', ['x509', '-req', '-in', request!, ...by, '-out', cert!, ...life]);
    return { cert: cert!, key: key! };
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #path(file: string): string {
    return join(this.#folder, file);
  }
}
