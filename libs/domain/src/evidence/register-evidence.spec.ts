import { derivedId } from '#event-sourcing';
import { moment, nothingGiven } from '#event-sourcing/testing';
import { sampleId } from '../testing/samples.js';
import { EvidenceRegistered } from './evidence.js';
import { registerEvidence } from './register-evidence.js';

const acquisition = {
  method: 'transferFromPartner' as const,
  operatorId: sampleId('operator'),
  acquiredAt: '2025-02-22T10:00:00Z',
  priorCustody: [{ organisation: 'River Valley Monitor', from: '2025-02-11', until: '2025-02-22' }],
};
const video = {
  exhibitNumber: 'RVM-V-001',
  form: 'digital' as const,
  kind: 'video' as const,
  digests: [{ algorithm: 'sha-256' as const, value: 'a'.repeat(64) }],
  acquisition,
  restrictions: [],
};
const cartridge = {
  ...video,
  form: 'physical' as const,
  kind: 'weaponOrFragment' as const,
  digests: [],
  seal: { number: 'S-17', condition: 'intact' as const },
};
const held = (holder: object) => ({ priorCustody: [holder] });
const acquired = (changes: object) => ({ ...video, acquisition: { ...acquisition, ...changes } });

test('an item is registered as it came', async () => {
  await nothingGiven.when(registerEvidence, video).then(EvidenceRegistered({ ...video, irregularities: [] }));
  await nothingGiven
    .when(registerEvidence, cartridge)
    .then(EvidenceRegistered({ ...cartridge, irregularities: [] }));
});

test('each restriction it came with gets an id', () => {
  const leadOnly = {
    kind: 'leadOnly' as const,
    provider: 'A government',
    permits: [],
    legalBasis: 'Agreement',
  };
  const consent = { ...leadOnly, kind: 'consentOf' as const };
  const idOf = (label: string) => derivedId('part', derivedId('test', 'command', 'first'), label);
  return nothingGiven.when(registerEvidence, { ...video, restrictions: [leadOnly, consent] }).then(
    EvidenceRegistered({
      ...video,
      restrictions: [
        { restrictionId: idOf('restriction 0'), ...leadOnly },
        { restrictionId: idOf('restriction 1'), ...consent },
      ],
      irregularities: [],
    }),
  );
});

test.each([
  ['an acquisition in the future', { acquiredAt: '2025-03-01T12:00:01Z' }, 'date-in-future'],
  [
    'content newer than its acquisition',
    { contentCreatedAt: '2025-02-23' },
    'content-newer-than-acquisition',
  ],
  ['a seizure without authority', { method: 'seizure' }, 'legal-authority-missing'],
  ['an interception without authority', { method: 'interception' }, 'legal-authority-missing'],
  ['a capture without its address', { method: 'onlineCapture' }, 'source-address-missing'],
  ['a download without its address', { method: 'download' }, 'source-address-missing'],
  ['an acquisition on a day to come', { acquiredAt: '2025-03-02' }, 'date-in-future'],
  [
    'prior custody that ended before it began',
    held({ note: 'A shop', from: '2025-02-12', until: '2025-02-11' }),
    'custody-contradicts-itself',
  ],
  [
    'prior custody that began after the acquisition',
    held({ note: 'A shop', from: '2025-02-23' }),
    'custody-past-acquisition',
  ],
  [
    'prior custody that went on after the acquisition',
    held({ note: 'A shop', from: '2025-02-11', until: '2025-02-22T10:00:01Z' }),
    'custody-past-acquisition',
  ],
])('%s is on record as irregular', (_, changes, code) => {
  const item = acquired(changes);
  return nothingGiven
    .when(registerEvidence, item)
    .then(EvidenceRegistered({ ...item, irregularities: [code] }));
});

test('what the rules ask for makes it regular', async () => {
  for (const changes of [
    { acquiredAt: moment },
    { contentCreatedAt: '2025-02-22' },
    { method: 'seizure', legalAuthority: 'Warrant 12/2025' },
    { method: 'onlineCapture', sourceUrl: 'https://example.org/video' },
    { method: 'download', sourceUrl: 'https://example.org/video' },
    { acquiredAt: '2025-03-01' },
    { acquiredAt: '2025-02-22', contentCreatedAt: '2025-02-22T18:00:00Z' },
    held({ note: 'A shop', from: '2025-02-22T08:00:00Z', until: '2025-02-22' }),
    { ...held({ note: 'A shop', until: '2025-02-22T18:00:00Z' }), acquiredAt: '2025-02-22' },
  ]) {
    const item = acquired(changes);
    await nothingGiven.when(registerEvidence, item).then(EvidenceRegistered({ ...item, irregularities: [] }));
  }
});

test.each([
  ['broken', 'seal-broken'],
  ['absent', 'seal-absent'],
] as const)('a seal that was found %s is on record as irregular', (condition, code) => {
  const opened = { ...cartridge, seal: { number: 'S-17', condition } };
  return nothingGiven
    .when(registerEvidence, opened)
    .then(EvidenceRegistered({ ...opened, irregularities: [code] }));
});

test('a digital item has a digest, and one for each algorithm', async () => {
  await nothingGiven.when(registerEvidence, { ...video, digests: [] }).invalid('/digests');
  await nothingGiven
    .when(registerEvidence, { ...video, digests: [...video.digests, ...video.digests] })
    .invalid('/digests');
});

test('a prior holder is somebody', () =>
  nothingGiven.when(registerEvidence, acquired(held({}))).invalid('/acquisition/priorCustody/0'));

test('whoever acquired the item is a pseudonym, never a name', () =>
  nothingGiven
    .when(registerEvidence, acquired({ operatorId: 'john.smith' }))
    .invalid('/acquisition/operatorId'));
