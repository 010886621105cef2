import { BrokerUnavailable, type OutgoingRecord } from './message-broker.js';
import { type Notice, Notices } from './notices.js';
import { parkedTopic } from './topics.js';

const notice: Notice = {
  type: 'RecordSetAside',
  projection: 'case_board',
  records: 1,
  offset: '7',
  fault: 'it is not ours',
};

/** A broker that takes records, or does not. */
function brokerOf(state: { isDown: boolean }) {
  const taken: OutgoingRecord[] = [];
  const refuse = () => {
    if (state.isDown) throw new BrokerUnavailable('nobody is there');
  };
  const producer = async () => {
    refuse();
    return {
      send: async (records: readonly OutgoingRecord[]) => {
        refuse();
        taken.push(...records);
      },
      close: async () => undefined,
    };
  };
  return { taken, producer };
}

test('a notice is a CloudEvent on the topic of parked events, and holds nothing of an event', async () => {
  const broker = brokerOf({ isDown: false });
  const notices = new Notices(broker, 'urn:inquest:tests');
  notices.tell(notice);
  await notices.close();
  expect(broker.taken).toMatchObject([
    { topic: parkedTopic, headers: { ce_type: 'RecordSetAside', ce_source: 'urn:inquest:tests' } },
  ]);
  expect(JSON.parse(broker.taken[0]?.value ?? '')).toEqual({
    projection: 'case_board',
    records: 1,
    offset: '7',
    fault: 'it is not ours',
  });
});

test('a notice that comes whenever another was just sent is sent, too', async () => {
  for (let turns = 0; turns < 10; turns += 1) {
    const broker = brokerOf({ isDown: false });
    const notices = new Notices(broker, 'urn:inquest:tests');
    notices.tell(notice);
    while (broker.taken.length === 0) await Promise.resolve();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    notices.tell(notice);
    await notices.close();
    expect(broker.taken).toHaveLength(2);
  }
});

test('while the broker is away notices are given up, and nobody waits; later ones are sent', async () => {
  const state = { isDown: true };
  const broker = brokerOf(state);
  const notices = new Notices(broker, 'urn:inquest:tests');
  for (let n = 0; n < 5_000; n += 1) notices.tell(notice);
  await notices.close();
  expect(broker.taken).toEqual([]);
  state.isDown = false;
  notices.tell(notice);
  await notices.close();
  expect(broker.taken).toHaveLength(1);
});
