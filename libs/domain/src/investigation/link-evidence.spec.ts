import { given } from '#event-sourcing/testing';
import { AdmissibilityRuled, evidence, EvidenceRestricted, RestrictionLifted } from '../evidence/evidence.js';
import { closed, forum, linked, opened, requestId, suspended, video } from '../testing/case.js';
import { acknowledged, breached, copyId, derived } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import type { Bearing } from '../value-lists.js';
import { BearingReassessed, EvidenceLinked, EvidenceUnlinked, investigation } from './investigation.js';
import { linkEvidence } from './link-evidence.js';

const theVideo = { evidenceId: video, relevance: 'Shows the moments before' };
const bearing = (is: Bearing) => ({ ...theVideo, bearing: is });
const restriction = sampleId('restriction');
const leadOnly = EvidenceRestricted({
  restrictionId: restriction,
  kind: 'leadOnly',
  provider: 'A government',
  permits: [],
  legalBasis: 'Agreement of 2024',
});
const ruled = (decision: 'admitted' | 'excluded', by = forum) =>
  AdmissibilityRuled({ forum: by, proceeding: 'ICC-1', decision, ground: 'Article 69', irregularities: [] });

test('an item joins the case unreviewed, with the digest it has', () =>
  given(investigation, opened)
    .and(evidence, video, registered())
    .when(linkEvidence, theVideo)
    .then(linked()));

test('an item without content joins without a digest', () =>
  given(investigation, opened)
    .and(evidence, video, registered({ form: 'physical', digests: [] }))
    .when(linkEvidence, { ...theVideo, locator: 'Barrel', bearing: 'incriminating' })
    .then(EvidenceLinked({ ...theVideo, locator: 'Barrel', bearing: 'incriminating' })));

test('the same link again changes nothing, also after the item was reviewed', async () => {
  await given(investigation, opened, linked())
    .and(evidence, video, registered())
    .when(linkEvidence, theVideo)
    .nothing();
  const reviewed = BearingReassessed({
    evidenceId: video,
    from: 'unreviewed',
    to: 'context',
    reason: 'Read',
  });
  await given(investigation, opened, linked(), reviewed)
    .and(evidence, video, registered())
    .when(linkEvidence, theVideo)
    .nothing();
});

test('an item that was unlinked can join again', () =>
  given(investigation, opened, linked(), EvidenceUnlinked({ evidenceId: video, reason: 'A mistake' }))
    .and(evidence, video, registered())
    .when(linkEvidence, theVideo)
    .then(linked()));

describe('an item that favoured the defence when it left', () => {
  const history = (...events: readonly ReturnType<typeof BearingReassessed>[]) =>
    given(
      investigation,
      opened,
      linked('mitigating'),
      ...events,
      EvidenceUnlinked({ evidenceId: video, reason: 'A mistake', requestId }),
    ).and(evidence, video, registered());

  test('rejoins with the bearing it left with', () =>
    history().when(linkEvidence, bearing('mitigating')).then(linked('mitigating')));

  test('and with no other, not even with none', async () => {
    await history().when(linkEvidence, bearing('incriminating')).refused('rejoins-with-its-bearing');
    await history().when(linkEvidence, bearing('exculpatory')).refused('rejoins-with-its-bearing');
    await history().when(linkEvidence, theVideo).refused('rejoins-with-its-bearing');
  });

  test('no longer does so after a second person approved another bearing', () => {
    const approved = BearingReassessed({
      evidenceId: video,
      from: 'mitigating',
      to: 'context',
      reason: 'Another place',
      requestId,
    });
    return history(approved).when(linkEvidence, bearing('incriminating')).then(linked('incriminating'));
  });
});

test('a linked item is not linked otherwise', async () => {
  const history = given(investigation, opened, linked()).and(evidence, video, registered());
  await history.when(linkEvidence, { ...theVideo, relevance: 'Other' }).refused('evidence-linked');
  await history.when(linkEvidence, { ...theVideo, locator: '00:12' }).refused('evidence-linked');
  await history.when(linkEvidence, bearing('exculpatory')).refused('evidence-linked');
});

test('the item has to exist', () =>
  given(investigation, opened).when(linkEvidence, theVideo).refused('evidence-unknown'));

test('a lead-only item never incriminates, but may favour the defence', async () => {
  const history = given(investigation, opened).and(evidence, video, registered(), leadOnly);
  await history.when(linkEvidence, bearing('incriminating')).refused('evidence-lead-only');
  await history.when(linkEvidence, theVideo).then(linked());
  await history.when(linkEvidence, bearing('exculpatory')).then(linked('exculpatory'));
});

test('with the consent of its provider a lead can incriminate', () =>
  given(investigation, opened)
    .and(
      evidence,
      video,
      registered(),
      leadOnly,
      RestrictionLifted({ restrictionId: restriction, providerConsentEvidenceId: sampleId('letter') }),
    )
    .when(linkEvidence, bearing('incriminating'))
    .then(linked('incriminating')));

test('an item that the forum excluded does not incriminate; another forum does not count', async () => {
  await given(investigation, opened)
    .and(evidence, video, registered(), ruled('excluded'))
    .when(linkEvidence, bearing('incriminating'))
    .refused('evidence-excluded');
  await given(investigation, opened)
    .and(evidence, video, registered(), ruled('excluded', 'A national court'))
    .when(linkEvidence, bearing('incriminating'))
    .then(linked('incriminating'));
});

test('an irregular item incriminates once the forum admitted it', async () => {
  const irregular = registered({ irregularities: ['legal-authority-missing'] });
  await given(investigation, opened)
    .and(evidence, video, irregular)
    .when(linkEvidence, bearing('incriminating'))
    .refused('evidence-irregular');
  await given(investigation, opened)
    .and(evidence, video, irregular, ruled('admitted'))
    .when(linkEvidence, bearing('incriminating'))
    .then(linked('incriminating'));
});

test('neither a closed nor a suspended case takes an item in', async () => {
  const known = [evidence, video, registered()] as const;
  await given(investigation, opened, closed)
    .and(...known)
    .when(linkEvidence, theVideo)
    .refused('investigation-closed');
  await given(investigation, opened, suspended)
    .and(...known)
    .when(linkEvidence, theVideo)
    .refused('investigation-suspended');
});

test('an item in quarantine, or impaired and not admitted since, favours the defence and does not incriminate', async () => {
  const admitted = ruled('admitted');
  for (const [events, code] of [
    [[breached()], 'evidence-quarantined'],
    [[breached(), acknowledged], 'evidence-impaired'],
    [[breached(), admitted, acknowledged], 'evidence-impaired'],
  ] as const) {
    const item = given(investigation, opened).and(evidence, video, registered(), ...events);
    await item.when(linkEvidence, bearing('incriminating')).refused(code);
    await item.when(linkEvidence, bearing('exculpatory')).then(linked('exculpatory'));
  }
  await given(investigation, opened)
    .and(evidence, video, registered(), breached(), acknowledged, admitted)
    .when(linkEvidence, bearing('incriminating'))
    .then(linked('incriminating'));
});

test('a breach of a working copy does not touch the item', () =>
  given(investigation, opened)
    .and(evidence, video, registered(), derived, breached({ copyId }))
    .when(linkEvidence, bearing('incriminating'))
    .then(linked('incriminating')));
