import { digestOf } from '#event-sourcing';
import { given, nothingGiven } from '#event-sourcing/testing';
import { EvidenceRestricted } from '../evidence/evidence.js';
import { ConflictOfInterestDeclared, EvidenceLinked, investigation } from '../investigation/investigation.js';
import { linked, opened, video } from '../testing/case.js';
import {
  caseId,
  copy,
  draft,
  drafted,
  givenReferral,
  histories,
  interviewed,
  named,
  person,
  referralAfter,
} from '../../../../test/support/handover.js';
import { registered, sampleId } from '../testing/samples.js';
import { draftReferral } from './draft-referral.js';
import { manifestDocument } from './manifest.js';

const conflicted = ConflictOfInterestDeclared({ member: 'vega', reason: 'A relative', irregularities: [] });
const statement = { witnessId: person, interviewId: sampleId('interview') };
const recording = EvidenceLinked({ evidenceId: video, relevance: 'Account', bearing: 'context', statement });
const bare = { ...draft, evidence: [], witnesses: [], incidents: [], allegations: [] };

test('a manifest says what is handed on, at which revision', () =>
  givenReferral([]).when(draftReferral, draft).then(drafted()));

test('its hash is of the bytes of manifest.json', () => {
  const state = referralAfter(drafted());
  expect(state.manifest.map(({ revision }) => revision)).toEqual([3, 0, 0, 3, 2]);
  expect(state.manifest[3]?.content?.map(({ name }) => name)).toEqual([
    `${video}-aaaaaaaaaaaa`,
    `${copy}-bbbbbbbbbbbb`,
  ]);
  expect(state.manifestHash).toBe(digestOf(manifestDocument(state)));
});

test('an item that is restricted can be drafted: so one sees whose permission is missing', () => {
  const demand = { kind: 'noDisclosure' as const, provider: 'Monitor', permits: [], legalBasis: 'Agreement' };
  const item = [...histories.item, EvidenceRestricted({ restrictionId: sampleId('restriction'), ...demand })];
  return givenReferral([], { item })
    .when(draftReferral, draft)
    .then(drafted({ ...histories, item }));
});

test('the case alone can be handed on', () =>
  given(investigation, opened)
    .and(investigation, caseId, opened)
    .when(draftReferral, { ...bare, legalBasis: 'Statute, article 14' })
    .then(expect.objectContaining({ type: 'ReferralDrafted' })));

test.each([
  ['an unknown case', { investigationId: sampleId('nowhere') }, 'investigation-unknown'],
  ['a claim that the case has not accepted', { allegations: [sampleId('other')] }, 'allegation-not-in-case'],
  ['an occurrence that is not attached', { incidents: [sampleId('other')] }, 'incident-not-attached'],
  [
    'an item that is not linked',
    { evidence: [{ evidenceId: sampleId('other'), content: false }] },
    'evidence-not-linked',
  ],
  ['a witness nobody registered', { witnesses: [sampleId('other')] }, 'witness-not-in-case'],
  [
    'a working copy that is not there',
    { evidence: [{ evidenceId: video, content: false, copyIds: [sampleId('other')] }] },
    'referred-content-missing',
  ],
  [
    'more than a manifest holds',
    { allegations: Array.from({ length: 500 }, (_, index) => sampleId(String(index))) },
    'manifest-too-long',
  ],
])('%s is not handed on', (_, over, code) =>
  givenReferral([])
    .when(draftReferral, { ...draft, ...over })
    .refused(code),
);

test('content that is not held is not promised', () =>
  givenReferral([], { item: [registered()] })
    .when(draftReferral, draft)
    .refused('referred-content-missing'));

test('a witness belongs to the case by an interview for it, or a statement that an item records', async () => {
  const elsewhere = [named, interviewed({ investigationId: sampleId('another case') })];
  await givenReferral([], { person: elsewhere }).when(draftReferral, draft).refused('witness-not-in-case');
  const subject = [...histories.subject.slice(0, 3), recording];
  await givenReferral([], { person: elsewhere, subject })
    .when(draftReferral, draft)
    .then(drafted({ ...histories, person: elsewhere, subject }));
});

test("an item that records a statement takes the witness's consent with it", () => {
  return givenReferral([], { subject: [...histories.subject.slice(0, 3), recording] })
    .when(draftReferral, { ...draft, witnesses: [] })
    .refused('statement-without-witness');
});

test('what favours the defence goes with the case, or it is said why not', async () => {
  const subject = [...histories.subject.slice(0, 3), linked('exculpatory')];
  const without = { ...draft, evidence: [] };
  await givenReferral([], { subject }).when(draftReferral, without).refused('defence-left-out');
  const leftOut = [{ evidenceId: video, reason: 'Its provider forbids it' }];
  await givenReferral([], { subject })
    .when(draftReferral, { ...without, leftOut })
    .then(expect.objectContaining({ data: expect.objectContaining({ leftOut }) }));
});

test('who declared a conflict of interest does not draft, nor anybody for them', async () => {
  const subject = [...histories.subject, conflicted];
  const conflict = givenReferral([], { subject });
  await conflict.when(draftReferral, draft, { actor: 'vega' }).refused('conflict-of-interest');
  await conflict
    .when(draftReferral, draft, { actor: 'portal', onBehalfOf: 'vega' })
    .refused('conflict-of-interest');
});

test('what is named twice is not in order', async () => {
  const twice = { evidenceId: video, content: false };
  await nothingGiven.when(draftReferral, { ...draft, evidence: [twice, twice] }).invalid('/evidence');
  await nothingGiven.when(draftReferral, { ...draft, witnesses: [person, person] }).invalid('/witnesses');
});

test('a link that changes afterwards does not change what was drafted', () =>
  expect(
    drafted({ ...histories, subject: [...histories.subject.slice(0, 3), linked('exculpatory')] }),
  ).not.toEqual(drafted()));
