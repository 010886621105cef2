import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections over which nothing was asked yet: browsers and proxies open them in advance. A server that closes
 * ends those that have answered something and are idle, but waits for these as for a request that is under way.
 */
export class SilentConnections {
  readonly #open = new Set<Socket>();
  #isClosing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
      if (this.#isClosing) socket.destroy();
    });
    server.on('request', ({ socket }: IncomingMessage) => this.#open.delete(socket));
  }

  /** Ends them, and every one that still comes. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#open) socket.destroy();
  }
}
