import { given } from '#event-sourcing/testing';
import { breached, stored } from '../testing/exhibit.js';
import { registered } from '../testing/samples.js';
import { evidence, EvidenceSealed } from './evidence.js';
import { sealEvidence } from './seal-evidence.js';

const intact = { number: 'S-17', condition: 'intact' } as const;
const cartridge = registered({ form: 'physical', digests: [] });
const sealed = EvidenceSealed({ content: 'declared' });

test('an item with a digest is sealed by it', () =>
  given(evidence, registered()).when(sealEvidence, {}).then(sealed));

test('an item without content is sealed by the seal it came with, or by one put on now', async () => {
  await given(evidence, registered({ form: 'physical', digests: [], seal: intact }))
    .when(sealEvidence, {})
    .then(sealed);
  await given(evidence, cartridge)
    .when(sealEvidence, { seal: intact })
    .then(EvidenceSealed({ content: 'declared', seal: intact }));
});

test('a sealed item is sealed', async () => {
  await given(evidence, registered(), sealed).when(sealEvidence, {}).nothing();
  await given(evidence, cartridge, EvidenceSealed({ content: 'declared', seal: intact }))
    .when(sealEvidence, { seal: intact })
    .nothing();
});

test('the first sealing stands', () =>
  given(evidence, cartridge, EvidenceSealed({ content: 'declared', seal: intact }))
    .when(sealEvidence, { seal: { ...intact, number: 'S-18' } })
    .refused('evidence-sealed'));

test('an item is sealed by something', () =>
  given(evidence, cartridge).when(sealEvidence, {}).refused('nothing-to-seal-by'));

test('a seal is put on intact, also beside a digest', async () => {
  for (const condition of ['broken', 'absent'] as const)
    for (const item of [cartridge, registered()])
      await given(evidence, item)
        .when(sealEvidence, { seal: { ...intact, condition } })
        .refused('seal-not-intact');
});

test('the content is held where our store has it', () =>
  given(evidence, registered(), stored)
    .when(sealEvidence, {})
    .then(EvidenceSealed({ content: 'held' })));

test('what is in quarantine is not declared the original', () =>
  given(evidence, registered(), breached()).when(sealEvidence, {}).refused('evidence-quarantined'));
