import { derivedId, Fold, streamOf } from '#event-sourcing';
import { given, subjectId } from '#event-sourcing/testing';
import { recorded, sampleId } from '../testing/samples.js';
import { assessVictims } from './assess-victims.js';
import {
  incident,
  IncidentMerged,
  IncidentVerificationAssessed,
  VerificationBegun,
  VictimCountAssessed,
} from './incident.js';

const atLeastThree = {
  harm: 'killed',
  status: 'horsDeCombat',
  min: 3,
  max: null,
  standard: 'credible',
  sourceStandard: 'reasonable suspicion',
  sources: ['RVM-2025-014'],
  basis: 'Three bodies in the footage',
  asOf: '2025-02-28',
} as const;
const command = { ...atLeastThree, sources: [...atLeastThree.sources] };
/** Id that `given` gives to the event after the recording. */
const firstEventId = derivedId('test', streamOf('incident', subjectId), '1');

test('a number of victims is assessed, with no upper bound where none is claimed', () =>
  given(incident, recorded()).when(assessVictims, command).then(VictimCountAssessed(command)));

test('the same assessment again changes nothing', () =>
  given(incident, recorded(), VictimCountAssessed(command)).when(assessVictims, command).nothing());

test('a new assessment of the same harm and status takes the place of the one before', () => {
  const five = { ...command, min: 5, best: 5, max: 7, standard: 'reasonableGrounds' as const };
  return given(incident, recorded(), VictimCountAssessed(command))
    .when(assessVictims, five)
    .then(VictimCountAssessed({ ...five, supersedes: firstEventId }));
});

test('another harm or status stands beside it', async () => {
  const injured = { ...command, harm: 'injured' as const };
  const civilian = { ...command, status: 'civilian' as const };
  const assessed = given(incident, recorded(), VictimCountAssessed(command));
  await assessed.when(assessVictims, injured).then(VictimCountAssessed(injured));
  await assessed.when(assessVictims, civilian).then(VictimCountAssessed(civilian));
});

test('one count of each harm and status is in force', () => {
  const fold = new Fold(incident);
  const events = [recorded(), VictimCountAssessed(command), VictimCountAssessed({ ...command, min: 4 })];
  for (const [revision, event] of events.entries()) {
    const at = { eventId: sampleId(String(revision)), revision, actor: { subject: 'a', roles: [] } };
    incident.evolve(fold.state, event, at);
  }
  expect(Object.values(fold.state.victims)).toMatchObject([{ min: 4, eventId: sampleId('2') }]);
});

test('a count is verified once the incident is; a source may have called it so before', async () => {
  const verified = { ...command, standard: 'verified' as const };
  const begun = VerificationBegun({});
  const assessed = (outcome: 'verified' | 'inconclusive') =>
    IncidentVerificationAssessed({ outcome, method: 'Geolocation', basis: [] });
  for (const events of [[], [begun], [begun, assessed('inconclusive')]])
    await given(incident, recorded(), ...events)
      .when(assessVictims, verified)
      .refused('incident-not-verified');
  await given(incident, recorded(), begun, assessed('verified'))
    .when(assessVictims, verified)
    .then(VictimCountAssessed(verified));
  const theirs = { ...command, sourceStandard: 'verified' };
  await given(incident, recorded()).when(assessVictims, theirs).then(VictimCountAssessed(theirs));
});

test('nobody knows on a day to come', () =>
  given(incident, recorded())
    .when(assessVictims, { ...command, asOf: '2025-03-02' })
    .refused('date-in-future'));

test('a merged incident takes no count', () =>
  given(incident, recorded(), IncidentMerged({ into: sampleId('mill'), reason: 'The same' }))
    .when(assessVictims, command)
    .refused('incident-merged'));

test('min, best and max do not fall', async () => {
  const assess = given(incident, recorded());
  await assess.when(assessVictims, { ...command, min: 3, best: 2 }).invalid('/best');
  await assess.when(assessVictims, { ...command, min: 3, max: 2 }).invalid('/max');
  await assess.when(assessVictims, { ...command, min: 3, best: 5, max: 4 }).invalid('/max');
});

test('a count has a source', () =>
  given(incident, recorded())
    .when(assessVictims, { ...command, sources: [] })
    .invalid('/sources'));
