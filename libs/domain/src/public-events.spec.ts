import * as fc from 'fast-check';
import { IsArray, IsEnum, IsLiteral, IsObject, IsString, IsUnion, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { derivedId, sealedValue, streamOf } from '#event-sourcing';
import { arbitraryOf, type StringsFor } from '../../../test/support/arbitrary-of-schema.js';
import { EvidenceRegistered, EvidenceRestricted, RestrictionLifted } from './evidence/evidence.js';
import {
  aggregates,
  type EventOfStream,
  leavesToAll,
  publicCategories,
  publicEventData,
  publicSchema,
  restrictionChange,
  streamsTold,
} from './index.js';
import { EvidenceLinked } from './investigation/investigation.js';
import { filed, registered, sampleId } from './testing/samples.js';
import { country, day, digest, id, instant, language, sha256, streamName, subject } from './values.js';

const definitions = aggregates.flatMap(({ category, events }) =>
  events.definitions.map((definition) => ({ category, ...definition })),
);
const leaving = definitions.filter(({ type }) => leavesToAll(type));

const ids = ['first', 'second', 'third'].map(sampleId);
const staff = ['staff-of-ours', 'colleague-of-ours'];
/** What the generator writes wherever a text may be. */
const written = ['Old Mill', 'New Mill', 'two'];

/** Few ids, so that what is named is now and then what is restricted; staff that can be found again. */
const strings: StringsFor = (_field, schema) => {
  if (isSame(schema, subject)) return staff;
  return [
    ...ids,
    ...publicCategories.map((category) => streamOf(category, sampleId('first'))),
    'ab'.repeat(32),
    'W-7K3M9QXT',
    'same-person',
    `${sampleId('first')}-${'ab'.repeat(6)}`,
    'text/plain',
    'en',
    'XX',
    'https://example.org/17',
    '2025-02-10',
    '2025-02-11T10:00:00Z',
    '2025-02-11T10:00:00.000Z',
    'footage.mp4',
  ];
};
const isSame = (one: TSchema, other: TSchema) => JSON.stringify(one) === JSON.stringify(other);

const anyEvent: fc.Arbitrary<EventOfStream> = fc.oneof(
  ...definitions.map(({ category, type, schema }) => {
    const checked = Compile(schema);
    return fc.record({
      stream: fc.constantFrom(...ids.map((own) => streamOf(category, own))),
      type: fc.constant(type),
      data: arbitraryOf(schema, type, strings).filter((data) => checked.Check(data)),
    });
  }),
);
const restrictable = ['allegation', 'evidence'].flatMap((category) =>
  ids.map((own) => streamOf(category, own)),
);
const anyCircumstances = fc.record({
  compartments: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant(['a']) },
  ),
  restricted: fc.subarray(restrictable, { maxLength: 2 }),
});

/** Whatever passes, by event; nothing where none of the runs passed. */
function passing(
  check: (event: EventOfStream, data: Record<string, unknown>, restricted: readonly string[]) => void,
) {
  let passed = 0;
  fc.assert(
    fc.property(anyEvent, anyCircumstances, (event, { compartments, restricted }) => {
      const isRestricted = (stream: string) => restricted.includes(stream);
      const data = publicEventData(event, { compartments, isRestricted });
      if (data === undefined) return;
      passed += 1;
      expect(compartments).toEqual([]);
      check(event, data, restricted);
    }),
    { numRuns: 3_000 },
  );
  expect(passed).toBeGreaterThan(300);
}

describe('of what passes to all', () => {
  test('no text that somebody wrote, nobody of our staff and nothing sealed is a part', () =>
    passing((_, data) => {
      const told = JSON.stringify(data);
      for (const secret of [...written, ...staff]) expect(told).not.toContain(secret);
      for (const member of Object.keys(sealedValue.properties)) expect(told).not.toContain(`"${member}":`);
    }));

  test('nothing is of a restricted item or account, and nothing names one', () =>
    passing((event, _, restricted) =>
      expect(streamsTold(event).filter((stream) => restricted.includes(stream))).toEqual([]),
    ));

  test('everything is as its public schema has it', () => {
    const checks = new Map(
      leaving.map((definition) => [definition.type, Compile(publicSchema(definition))] as const),
    );
    passing(({ type }, data) => expect([...(checks.get(type)?.Errors(data) ?? ['no schema'])]).toEqual([]));
  });

  test('nothing puts a restriction on', () =>
    passing((event) => expect(restrictionChange(event).filter(({ restricts }) => restricts)).toEqual([])));
});

test('only these kinds of streams have events that leave', () => {
  expect(publicCategories).toEqual(['allegation', 'incident', 'investigation', 'evidence']);
});

test('of witnesses, referrals, refusals and accesses nobody is told that anything happened', () => {
  const silent = ['witness', 'referral', 'refusal', 'access'];
  const ofThose = definitions.filter(({ category }) => silent.includes(category));
  expect(ofThose.length).toBeGreaterThan(20);
  expect(ofThose.filter(({ type }) => leavesToAll(type))).toEqual([]);
});

test('that something was corrected, revised, begun or reopened leaves, and nothing of it', () => {
  const bare = leaving.filter((definition) =>
    isSame(publicSchema(definition), { type: 'object', properties: {} }),
  );
  expect(bare.map(({ type }) => type)).toEqual([
    'AllegationRevised',
    'IncidentCorrected',
    'VerificationBegun',
    'InvestigationReopened',
  ]);
});

test('of an event that nobody decided about not even the type leaves', () => {
  expect(leavesToAll('Unheard')).toBe(false);
  const unheard = { stream: streamOf('incident', sampleId('first')), type: 'Unheard', data: {} };
  expect(publicEventData(unheard, { compartments: [], isRestricted: () => false })).toBeUndefined();
});

/** Strings that nobody words: all others are text, whatever their field is called. */
const unworded: readonly TSchema[] = [
  id,
  instant,
  day,
  language,
  country,
  sha256,
  streamName,
  digest.properties.value,
];

function textsIn(schema: TSchema): TSchema[] {
  if (IsEnum(schema) || IsLiteral(schema)) return [];
  if (IsString(schema)) return unworded.some((known) => isSame(known, schema)) ? [] : [schema];
  if (IsUnion(schema)) return schema.anyOf.flatMap(textsIn);
  if (IsArray(schema)) return textsIn(schema.items);
  return IsObject(schema) ? Object.values<TSchema>(schema.properties).flatMap(textsIn) : [];
}

test.each(leaving)('of $type no member is a text', (definition) => {
  expect(textsIn(publicSchema(definition))).toEqual([]);
});

test('a text would be found', () => {
  const { schema = {} } = definitions.find(({ type }) => type === 'InvestigationOpened') ?? {};
  expect(textsIn(schema).length).toBeGreaterThan(2);
});

/** Members of the public forms that are ids of something which has no stream of its own. */
const partsOfStreams = [
  'copyId',
  'from',
  'offerId',
  'breachId',
  'breachIds',
  'restrictionId',
  'issueId',
  'supersedes',
];

test('every id of an item or an account that leaves is looked up among the restricted', () => {
  const named = leaving.flatMap(({ type, category, ...definition }) => {
    const schema = publicSchema({ type, ...definition });
    if (!IsObject(schema)) return [];
    return Object.entries<TSchema>(schema.properties)
      .filter(([, member]) => isSame(IsArray(member) ? member.items : member, id))
      .map(([name]) => ({ type, category, name }));
  });
  const other = named.filter(({ name }) => !partsOfStreams.includes(name));
  for (const { type, category, name } of other) {
    const event = { stream: streamOf(category, sampleId('own')), type, data: { [name]: sampleId('other') } };
    expect([type, name, streamsTold(event)]).toEqual([
      type,
      name,
      [event.stream, expect.stringMatching(`^[a-z]+-${sampleId('other')}$`)],
    ]);
  }
  expect(other.map(({ name }) => name)).toContain('evidenceId');
});

describe('a restriction', () => {
  const stream = streamOf('evidence', sampleId('item'));
  const demand = {
    kind: 'leadOnly' as const,
    provider: 'Partner agency',
    permits: [],
    legalBasis: 'Agreement',
  };
  const identified = { restrictionId: sampleId('demand'), ...demand };
  const change = { stream, restrictionId: sampleId('demand'), restricts: true };
  const open = { compartments: [], isRestricted: () => false };

  test('comes with an item, or is put on it, and is lifted', () => {
    expect(restrictionChange({ stream, ...registered({ restrictions: [identified] }) })).toEqual([change]);
    expect(restrictionChange({ stream, ...EvidenceRestricted(identified) })).toEqual([change]);
    const lifted = RestrictionLifted({
      restrictionId: sampleId('demand'),
      providerConsentEvidenceId: sampleId('consent'),
    });
    expect(restrictionChange({ stream, ...lifted })).toEqual([{ ...change, restricts: false }]);
    expect(restrictionChange({ stream, ...registered() })).toEqual([]);
  });

  test('comes with an account and stays, as one, under the id of the account', () => {
    const account = streamOf('allegation', sampleId('account'));
    expect(restrictionChange({ stream: account, ...filed({ restrictions: [demand, demand] }) })).toEqual([
      { stream: account, restrictionId: sampleId('account'), restricts: true },
    ]);
    expect(restrictionChange({ stream: account, ...filed() })).toEqual([]);
  });

  test('withholds the event that puts it on, whoever has not heard of it yet', () => {
    const restricting = [
      { stream, ...registered({ restrictions: [identified] }) },
      { stream, ...EvidenceRestricted(identified) },
      { stream: streamOf('allegation', sampleId('account')), ...filed({ restrictions: [demand] }) },
    ];
    expect(restricting.map((event) => publicEventData(event, open))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('lets the event leave that lifts the last', () => {
    const lifted = {
      stream,
      ...RestrictionLifted({ restrictionId: sampleId('demand'), providerConsentEvidenceId: sampleId('c') }),
    };
    expect(publicEventData(lifted, open)).toEqual({ restrictionId: sampleId('demand') });
    expect(publicEventData(lifted, { ...open, isRestricted: (one) => one === stream })).toBeUndefined();
  });

  test('withholds what a case does with the item', () => {
    const linked = {
      stream: streamOf('investigation', sampleId('case')),
      ...EvidenceLinked({ evidenceId: sampleId('item'), relevance: 'Shows the ford', bearing: 'unreviewed' }),
    };
    expect(publicEventData(linked, open)).toEqual({ evidenceId: sampleId('item') });
    expect(publicEventData(linked, { ...open, isRestricted: (one) => one === stream })).toBeUndefined();
  });
});

test('what is in a compartment stays', () => {
  const event = { stream: streamOf('evidence', derivedId('item')), ...EvidenceRegistered(registered().data) };
  expect(publicEventData(event, { compartments: ['north'], isRestricted: () => false })).toBeUndefined();
});
