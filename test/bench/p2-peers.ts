import { type Bench, type Figure, notMeasured, timesBaseline } from './figure.js';
import { appendsPerSecond, openStore } from './p1-appends.js';
import { castore } from './peers/castore.js';
import { emmett } from './peers/emmett.js';
import { type PeerPackages, peerPackages } from './peers/install.js';
import { messageDb } from './peers/message-db.js';
import type { Peer } from './peers/peer.js';
import { sampleEvent } from './sample-event.js';
import { interleaved, perSecond } from './statistics.js';

const rounds = 5;
const durationMs = 1_500;
const inFlight = 64;

const peersMeasured = [
  { name: 'Emmett', open: emmett, atLeast: 3 },
  { name: 'message-db', open: messageDb, atLeast: 2 },
  { name: 'Castore', open: castore, atLeast: 1.2 },
];

/** P1 with 64 in flight against other event stores on PostgreSQL, each on a database of its own on the same server. */
export const peers: Figure = {
  id: 'P2',
  title: 'the same against peers: Emmett, message-db, Castore, each on the same PostgreSQL',
  async measure(bench) {
    const opened = await openPeers(bench);
    const store = await openStore(bench, 'bench_p2_store');
    try {
      const live = opened.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
      const contenders = [
        { name: 'Inquest', run: () => appendsPerSecond(store, inFlight) },
        ...live.map((peer) => ({
          name: peer.name,
          run: () => perSecond({ inFlight, durationMs }, () => peer.append(sampleEvent())),
        })),
      ];
      const [ours = 0, ...theirs] = await interleaved(contenders, rounds, bench.progress);
      const byPeer = new Map(live.map((peer, index) => [peer, theirs[index] ?? 0]));
      return opened.map(({ name, atLeast, peer, reason }) => {
        const line = { id: 'P2', name: `appends, ${inFlight} in flight, against ${name}`, unit: 'events/s' };
        return peer === undefined
          ? notMeasured(line, `≥ ${atLeast} ×`, reason)
          : timesBaseline(line, ours, { name: peer.name, value: byPeer.get(peer) ?? 0 }, atLeast);
      });
    } finally {
      await Promise.all([store.close(), ...opened.map(({ peer }) => peer?.close())]);
    }
  },
};

interface Opened {
  readonly name: string;
  readonly atLeast: number;
  readonly peer: Peer | undefined;
  /** Why there is no peer. */
  readonly reason: string;
}

/** A peer that cannot be had or set up is reported as not measured; the others are measured all the same. */
async function openPeers(bench: Bench): Promise<Opened[]> {
  const packages = await peerPackages(bench).catch((error: unknown) => messageOf(error));
  const opened: Opened[] = [];
  for (const { name, open, atLeast } of peersMeasured) {
    const peer = typeof packages === 'string' ? packages : await openPeer(bench, name, packages, open);
    opened.push({
      name,
      atLeast,
      peer: typeof peer === 'string' ? undefined : peer,
      reason: typeof peer === 'string' ? peer : '',
    });
  }
  return opened;
}

async function openPeer(
  bench: Bench,
  name: string,
  packages: PeerPackages,
  open: (packages: PeerPackages, ownerUrl: string) => Promise<Peer>,
): Promise<Peer | string> {
  try {
    const server = await bench.postgres();
    return await open(packages, await server.database(`bench_p2_${name.toLowerCase().replace('-', '_')}`));
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
