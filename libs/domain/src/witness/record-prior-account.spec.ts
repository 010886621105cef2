import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { evidence } from '../evidence/evidence.js';
import { requestId } from '../testing/case.js';
import { registered, sampleId } from '../testing/samples.js';
import { registeredWitness, told } from '../testing/witness.js';
import { recordPriorAccount } from './record-prior-account.js';
import { IdentityErased, PriorAccountRecorded, witness } from './witness.js';

/** The id that the test's first command gives its account. */
const accountId = derivedId('part', derivedId('test', 'command', 'first'), 'account');
const video = sampleId('video');
const free = {
  takenBy: 'River Valley Monitor',
  takenOn: '2025-02-14',
  voluntariness: { finding: 'voluntary' as const, basis: 'At home, on the initiative of the witness' },
};
const unknown = { finding: 'unknown' as const, basis: 'Nobody asked' };
const captive = { ...free, takenBy: 'Northern Brigade', inCustodyOf: 'Northern Brigade' };

test('what the witness told others is recorded, with the item that holds it', () =>
  given(witness, registeredWitness)
    .and(evidence, video, registered())
    .when(recordPriorAccount, { ...free, evidenceId: video, language: 'en' })
    .then(
      PriorAccountRecorded({ accountId, ...free, evidenceId: video, language: 'en', irregularities: [] }),
    ));

test('words of a captive are regular only where somebody found them free', async () => {
  const record = (finding: 'voluntary' | 'doubtful' | 'involuntary' | 'unknown', ...codes: string[]) => {
    const account = { ...captive, voluntariness: { finding, basis: 'As the witness says' } };
    return given(witness, registeredWitness)
      .when(recordPriorAccount, account)
      .then(PriorAccountRecorded({ accountId, ...account, irregularities: codes }));
  };
  await record('voluntary');
  await record('doubtful', 'not-voluntary');
  await record('involuntary', 'not-voluntary');
  await record('unknown', 'voluntariness-unknown');
});

test('of somebody at liberty nobody has to ask', () =>
  given(witness, registeredWitness)
    .when(recordPriorAccount, { ...free, voluntariness: unknown })
    .then(PriorAccountRecorded({ accountId, ...free, voluntariness: unknown, irregularities: [] })));

test('a time to come and an item that is not there are irregular', () =>
  given(witness, registeredWitness)
    .when(recordPriorAccount, { ...free, takenOn: '2025-03-02', evidenceId: video })
    .then(
      PriorAccountRecorded({
        accountId,
        ...free,
        takenOn: '2025-03-02',
        evidenceId: video,
        irregularities: ['date-in-future', 'evidence-unknown'],
      }),
    ));

test('the same account again changes nothing', () =>
  given(witness, registeredWitness, told()).when(recordPriorAccount, free).nothing());

test('an account becomes known also of somebody whose identity is erased', () =>
  given(witness, registeredWitness, IdentityErased({ requestId, reason: 'A wish' }))
    .when(recordPriorAccount, free)
    .then(PriorAccountRecorded({ accountId, ...free, irregularities: [] })));
