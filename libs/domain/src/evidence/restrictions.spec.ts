import { itemAfter } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { EvidenceRestricted, recipientBlocks, RestrictionLifted } from './evidence.js';

const kinds = ['leadOnly', 'originatorControl', 'noDisclosure', 'consentOf'] as const;
const restricted = (kind: (typeof kinds)[number], permits: string[] = []) =>
  EvidenceRestricted({
    restrictionId: sampleId(kind),
    kind,
    provider: 'A government',
    permits,
    legalBasis: 'Agreement of 2024',
  });
const blocksOf = (item: Parameters<typeof recipientBlocks>[0]) =>
  recipientBlocks(item, 'Regional Court').map(({ kind }) => kind);

test('each restriction in force that does not permit the recipient blocks it', () => {
  const item = itemAfter(registered(), ...kinds.map((kind) => restricted(kind)));
  expect(recipientBlocks(item, 'Regional Court')).toEqual(
    kinds.map((kind) => ({ restrictionId: sampleId(kind), kind, provider: 'A government' })),
  );
});

test('a recipient that is permitted is not blocked, however its name is written', () => {
  const item = itemAfter(
    registered(),
    restricted('originatorControl', ['Another', ' regional COURT ']),
    restricted('consentOf', ['Regional Court of Appeal']),
  );
  expect(blocksOf(item)).toEqual(['consentOf']);
});

test('what was lifted blocks nobody', () => {
  const lifted = RestrictionLifted({
    restrictionId: sampleId('noDisclosure'),
    providerConsentEvidenceId: sampleId('letter'),
  });
  expect(blocksOf(itemAfter(registered(), restricted('noDisclosure'), lifted))).toEqual([]);
  expect(blocksOf(itemAfter(registered()))).toEqual([]);
});
