// A sample payload for every version of an event that has none yet. A payload that is there is never touched: it is
// what such an event looked like when it was stored, and has to be readable for ever.
import { existsSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { aggregates } from '#domain';
import { derivedId } from '#event-sourcing';

/** Pairs of a path, from the root of the repository, and the text of the file that is missing there. */
export function missingGolden() {
  return aggregates
    .flatMap(({ events }) => events.definitions)
    .map((definition) => [`test/golden/${definition.type}.v${definition.schemaVersion}.json`, definition])
    .filter(([path]) => !existsSync(path))
    .map(([path, { type, schema }]) => [path, JSON.stringify(payloadOf(type, schema))]);
}

/** Always the same for the same schema. Throws when a field needs a sample of its own, to be added below. */
function payloadOf(type, schema) {
  const payload = { ...sampleOf(schema, type), ...byType[type] };
  const validator = Compile(schema);
  if (validator.Check(payload)) return payload;
  const [{ instancePath, message }] = validator.Errors(payload);
  throw new Error(`${type}${instancePath} ${message}: give it a sample in test/golden/missing-golden.mjs`);
}

const organisation = { kind: 'organisation', organisation: 'Forensic Laboratory' };

/** Where fields depend on each other in a way that no schema says. */
const byType = {
  ReferralDrafted: { recipient: 'Regional War Crimes Chamber', purpose: 'Investigation and prosecution' },
  CaseReferred: { recipient: 'Regional War Crimes Chamber' },
  CustodyOffered: { to: organisation },
  CustodyAccepted: { to: organisation },
  QuarantineResolutionRequested: { copyId: undefined, outcome: 'resealed' },
  QuarantineResolved: { copyId: undefined, outcome: 'resealed' },
  AllegationTriaged: { decision: 'duplicate', until: undefined },
  InvestigationReturned: { from: 'investigation', to: 'preliminaryExamination' },
  InvestigationSuspended: { from: 'investigation' },
  InvestigationResumed: { to: 'investigation' },
  StatementRecanted: { accountId: undefined },
};

/** What a field of this name holds in an invented case, whatever its schema. */
const byName = {
  best: 4,
  counsel: { present: true, waived: false, counselId: derivedId('golden', 'counselId') },
  bytes: 1_048_576,
  country: 'XX',
  irregularities: [],
  language: 'en',
  fileName: 'drone-17.mp4',
  latitude: 1.5,
  length: 48_213_990,
  longitude: 2.25,
  max: 6,
  mediaType: 'video/mp4',
  min: 3,
  minor: false,
  ownActs: false,
  radiusMeters: 800,
  revision: 3,
  rightsCaution: { given: true, language: 'en', at: '2025-02-11' },
  sourceUrl: 'https://example.org/videos/17',
  statement: { witnessId: derivedId('golden', 'witnessId'), interviewId: derivedId('golden', 'interviewId') },
  understands: ['en', 'uk'],
};

/** What a person wrote into a field of this name. */
const textByName = {
  by: 'Registry of the chamber',
  basis: 'Two accounts and the insignia in the video',
  circumstances: 'In a detention facility, in the presence of a guard',
  clockSource: 'Network time',
  code: 'same-person',
  command: 'ApproveClosure',
  description: 'Video from a drone, 42 seconds',
  duty: 'Geolocation',
  element: 'The victims were protected persons',
  exhibitNumber: 'RVM-V-001',
  forum: 'International Criminal Court',
  fields: 'identity',
  ground: 'The item is authentic and relevant',
  inCustodyOf: 'Northern Brigade',
  legalAuthority: 'Order of the district court of 2025-02-08',
  legalBasis: 'Agreement on the exchange of information, section 4',
  limitations: 'The first copy was not at hand',
  locator: '00:00:12 to 00:00:31',
  method: 'Geolocation and shadows, checked by two people',
  methods: 'Comparison of metadata and terrain',
  name: 'Old Mill',
  newFact: 'A second video shows the moments before',
  notes: 'Neighbours were asked about the witness',
  note: 'Handed over on a memory card',
  number: 'S-4711',
  orderedBy: 'International Criminal Court',
  organisation: 'River Valley Monitor',
  party: 'Northern Brigade',
  permits: 'Public Prosecutor General',
  parameters: 'Frames 1 to 400, faces blurred',
  place: 'Vault, shelf 3',
  proceeding: 'Case 12/2025',
  proposition: 'The prisoners had laid down their arms',
  provider: 'River Valley Monitor',
  provisions: 'Rome Statute art. 8(2)(a)(i)',
  recipient: 'own institution',
  purpose: 'Extraction of the memory',
  receipt: 'Receipt L-204',
  reason: 'A second account came in',
  reasoning: 'The video and both accounts agree',
  reference: 'RVM-2025-014',
  relevance: 'Shows the prisoners before and after the shots',
  scope: 'Killing of prisoners in the valley in February 2025',
  sources: 'RVM-2025-014',
  sourceStandard: 'reasonable suspicion',
  sourceVersion: '2',
  summary: 'Prisoners are said to have been shot near the mill.',
  takenBy: 'River Valley Monitor',
  title: 'Shooting of prisoners at the Old Mill',
  tool: 'Write blocker and imaging program',
  toolVersion: '4.2',
};

/** Words of closed lists that make the better sample than the first of their list. */
const words = ['day', 'locality', 'organisation', 'horsDeCombat', 'unlawfulKilling', 'smallArms', 'occurrence'];

function sampleOf(schema, name) {
  if (Object.hasOwn(byName, name)) return byName[name];
  if ('const' in schema) return schema.const;
  if (schema.enum) return wordOf(schema.enum, name);
  if (schema.anyOf) return sampleOf(schema.anyOf[0], name);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties).map(([member, value]) => [member, sampleOf(value, member)]),
      );
    case 'array':
      return [sampleOf(schema.items, name)];
    case 'string':
      return stringOf(schema, name);
    default:
      throw new Error(`No sample for ${name} of type ${schema.type}`);
  }
}

/** A change goes from the first word to the second. */
function wordOf(list, name) {
  return list.find((word) => words.includes(word)) ?? (name === 'to' ? list[1] : list[0]);
}

/** Strings are told apart by what their pattern takes. */
function stringOf(schema, name) {
  const id = derivedId('golden', name);
  const candidates = [
    'analyst-1',
    'W-7K3M9QXT',
    name === 'expiresAt' ? '2025-03-31T12:00:00.000Z' : '2025-03-01T12:00:00.000Z',
    name === 'end' ? '2025-02-12' : '2025-02-11',
    id,
    `investigation-${id}`,
    `${id}-${'ab'.repeat(6)}`,
    'ab'.repeat(32),
  ];
  // Text takes nearly anything, and says in words what it is a sample of.
  if (schema.pattern?.includes('\\uD800')) return textByName[name] ?? `The ${spaced(name)} of an invented case`;
  const check = Compile(schema);
  const found = candidates.find((candidate) => check.Check(candidate));
  if (found === undefined) throw new Error(`No sample for ${name} with pattern ${schema.pattern}`);
  return found;
}

function spaced(name) {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
