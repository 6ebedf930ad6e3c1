import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PREFERRED_PORT = 3000;

/** Listens on 127.0.0.1 and ::1, so that http://localhost finds it whatever the system makes of that name. */
export class FrontDoor {
  private constructor(
    readonly port: number,
    private readonly doors: readonly Server[],
  ) {}

  /** @param wanted the port, 0 for any free one; without it 3000, or another where that is taken */
  static async open(wanted: number | undefined, listener: RequestListener): Promise<FrontDoor> {
    if (wanted !== undefined) {
      return FrontDoor.#at(wanted, listener).catch((error: Error) => {
        throw new Error(`PORT=${wanted} can't be had: ${error.message}. Choose another.`);
      });
    }
    return FrontDoor.#at(PREFERRED_PORT, listener).catch(() => FrontDoor.#at(0, listener));
  }

  close(): void {
    for (const door of this.doors) door.close().closeAllConnections();
  }

  static async #at(port: number, listener: RequestListener): Promise<FrontDoor> {
    const first = await listen('127.0.0.1', port, listener);
    const { port: given } = first.address() as AddressInfo;
    try {
      return new FrontDoor(given, [first, await listen('::1', given, listener)]);
    } catch (error) {
      // A system without IPv6 has only one door.
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken) return new FrontDoor(given, [first]);
      first.close();
      throw error;
    }
  }
}

async function listen(host: string, port: number, listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(port, host);
  await once(server, 'listening');
  return server;
}
