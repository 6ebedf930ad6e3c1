import { Certificates, type Certificate } from '../support/certificates.js';
import type { RedisTestNode } from '../../lib/testing/index.js';
import type { Rig, RigPlan } from './rig.js';

/** What all nodes are called. */
const NAME = 'localhost';

/** A cluster whose nodes speak TLS only, each by a certificate for its name. */
export class TlsNodes {
  readonly #certificates: Certificates;
  readonly #good: Certificate;
  readonly #ca: string;

  static async make(): Promise<TlsNodes> {
    const certificates = await Certificates.make();
    return new TlsNodes(certificates, await certificates.issue(NAME), await certificates.ca());
  }

  private constructor(certificates: Certificates, good: Certificate, ca: string) {
    this.#certificates = certificates;
    this.#good = good;
    this.#ca = ca;
  }

  get plan(): RigPlan {
    const config = {
      'tls-cluster': 'yes',
      'tls-replication': 'yes',
      'tls-auth-clients': 'no',
      'tls-ca-cert-file': this.#certificates.caFile,
      'tls-cert-file': this.#good.cert,
      'tls-key-file': this.#good.key,
      'cluster-announce-hostname': NAME,
      'cluster-preferred-endpoint-type': 'hostname',
      'cluster-require-full-coverage': 'no',
    };
    return { cluster: { config }, tls: { name: NAME, ca: this.#ca } };
  }

  /** A certificate for another name. */
  ofAnotherName(): Promise<Certificate> {
    return this.#certificates.issue('other.example');
  }

  /** One whose time is over. */
  expired(): Promise<Certificate> {
    return this.#certificates.issue(NAME, -1);
  }

  /** Has the node show another certificate, its own by default, and cuts its clients off so that they see it. */
  async present(
    rig: Rig,
    node: RedisTestNode,
    { cert, key }: Certificate = this.#good,
  ): Promise<void> {
    const files = ['tls-cert-file', cert, 'tls-key-file', key] as const;
    await rig.cluster.command(node, 'CONFIG', 'SET', ...files);
    await rig.cluster.command(node, 'CLIENT', 'KILL', 'TYPE', 'normal');
  }

  remove(): Promise<void> {
    return this.#certificates.remove();
  }
}
