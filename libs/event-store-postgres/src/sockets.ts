import { Socket } from 'node:net';

/** The sockets of a store, so that it can close them all, also those whose server no longer says goodbye. */
export class Sockets {
  readonly #open = new Set<Socket>();

  /** A socket for `pg` to connect (`stream`). */
  readonly open = (): Socket => {
    const socket = new Socket();
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
