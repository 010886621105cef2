import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';

/**
 * What the network does to every connection through it.
 * - `passes`: nothing.
 * - `sliced`: what is sent arrives in small pieces, in any case cut where no message ends.
 * - `silent`: nothing arrives any more and nothing comes back, not even a goodbye; new connections are made and are silent.
 * - `reset`: every connection breaks, and no new one can be made.
 */
export type Wires = 'passes' | 'sliced' | 'silent' | 'reset';

/** A stretch of network in front of a server, which may know the proxy's port as its own. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that met what it became last. */
  readonly hit: number;
  become(wires: Wires): void;
  close(): Promise<void>;
}

const host = '127.0.0.1';
const sliceBytes = 700;

export async function tcpProxy(targetPort: () => number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let wires: Wires = 'passes';
  let hit = 0;
  const server = createServer((client) => {
    if (wires === 'reset') {
      hit += 1;
      client.resetAndDestroy();
      return;
    }
    const target = new Socket().connect(targetPort(), host);
    const pair = [client, target] as const;
    pairs.add(pair);
    let met: Wires = 'passes';
    for (const [from, to] of [pair, pair.toReversed()] as const) {
      from?.on('data', (chunk: Buffer) => {
        if (wires !== 'passes' && met !== wires) hit += 1;
        met = wires;
        if (wires === 'silent') return;
        if (wires === 'sliced') for (const slice of slicesOf(chunk)) to?.write(slice);
        else to?.write(chunk);
      });
      from?.on('error', () => undefined);
      // A connection that met silence stays half-open: nobody tells the other side.
      from?.on('close', () => {
        if (met === 'silent') return;
        pairs.delete(pair);
        to?.destroy();
      });
    }
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const [client, target] of pairs) {
      client.resetAndDestroy();
      target.resetAndDestroy();
    }
    pairs.clear();
  };
  return {
    port,
    get hit() {
      return hit;
    },
    become(next) {
      wires = next;
      hit = 0;
      if (next === 'reset') {
        hit = pairs.size;
        cut();
      }
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function slicesOf(chunk: Buffer): Buffer[] {
  const count = Math.ceil(chunk.length / sliceBytes);
  return Array.from({ length: count }, (_, at) => chunk.subarray(at * sliceBytes, (at + 1) * sliceBytes));
}
