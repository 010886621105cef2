export const investigationRefusals = {
  'investigation-closed': {
    title: 'The investigation is closed',
    remedy: 'Reopen it, if a new fact has come up.',
  },
  'investigation-suspended': {
    title: 'The investigation is suspended',
    remedy: 'Resume it first.',
  },
  'investigation-not-closed': {
    title: 'Only a closed investigation can be reopened',
    remedy: 'Record the new fact in the investigation as it is.',
  },
  'fact-not-new': {
    title: 'The investigation was reopened for this fact before',
    remedy: 'State what has become known since it was closed.',
  },
  'allegation-not-accepted': {
    title: 'The allegation was not accepted at triage',
    remedy: 'Triage it as accepted first.',
  },
  'conflict-of-interest': {
    title: 'The person declared a conflict of interest in this investigation',
    remedy: 'Assign somebody else.',
  },
  'conflict-declared-late': {
    title: 'A conflict of interest was declared by somebody who was assigned, or had acted, already',
    remedy: 'Review what the person did in the case, and assign somebody else.',
  },
  'lead-conflicted': {
    title: 'The lead of the investigation has declared a conflict of interest in it',
    remedy: 'Assign another lead.',
  },
  'asker-conflicted': {
    title: 'Whoever made the request has declared a conflict of interest since',
    remedy: 'Have somebody without a conflict of interest review it and make a request of their own.',
  },
  'incident-not-attached': {
    title: 'The incident is not part of the investigation',
    remedy: 'Attach it first, also where an incident that is attached was merged into it.',
  },
  'incident-missing': {
    title: 'No incident is attached',
    remedy: 'Attach an incident; only structural investigations go on without one.',
  },
  'evidence-not-linked': {
    title: 'The item is not part of the investigation',
    remedy: 'Link it first.',
  },
  'evidence-linked': {
    title: 'The item is linked already, with another relevance, locator or bearing',
    remedy: 'Reassess its bearing, or unlink it with the reason and link it anew.',
  },
  'evidence-lead-only': {
    title: 'The item was given as a lead only and can never be relied upon',
    remedy: 'Find other evidence by it, or have its provider consent to lifting the restriction.',
  },
  'evidence-excluded': {
    title: 'The forum of the investigation excluded the item',
    remedy: 'Rely on other evidence, or record the later ruling that admitted it.',
  },
  'evidence-irregular': {
    title: 'The item was registered with irregularities and the forum has not admitted it',
    remedy:
      'Register the item anew if its registration was wrong; otherwise record the ruling that admits it.',
  },
  'statement-irregular': {
    title: 'The item records a statement that was made without the rights its maker had, or not freely',
    remedy: 'Rely on other evidence; a statement that favours the defence can still be relied upon.',
  },
  'evidence-is-basis': {
    title: 'A finding rests on the item',
    remedy: 'Assess the issue anew without the item first.',
  },
  'second-person-required': {
    title: 'The bearing favours the defence, and leaving it needs a second person',
    remedy: 'Request it, and have another person approve the request.',
  },
  'rejoins-with-its-bearing': {
    title: 'The item favoured the defence when it left the investigation',
    remedy: 'Link it with the bearing it left with, then request a reassessment.',
  },
  'bearing-unreviewed': {
    title: 'A linked item has not been reviewed',
    remedy: 'Reassess the bearing of every linked item that is unreviewed.',
  },
  'issue-unknown': {
    title: 'There is no such issue in the investigation',
    remedy: 'Use the id of an issue that was framed in it.',
  },
  'jurisdiction-not-met': {
    title: 'Jurisdiction is not established',
    remedy: 'Assess the threshold of jurisdiction; it must be met before the investigation begins.',
  },
  'complementarity-not-met': {
    title: 'Complementarity is not established',
    remedy: 'Assess the threshold of complementarity; it must be met before the investigation begins.',
  },
  'gravity-not-met': {
    title: 'Sufficient gravity is not established',
    remedy: 'Assess the threshold of gravity; it must be met before the investigation begins.',
  },
  'interests-of-justice-not-met': {
    title: 'That the investigation serves the interests of justice is not established',
    remedy:
      'Assess the threshold of the interests of justice; it must be met before the investigation begins.',
  },
  'supervising-prosecutor-required': {
    title: 'Only a supervising prosecutor turns a preliminary examination into an investigation',
    remedy: 'Ask a supervising prosecutor to advance it.',
  },
  'not-next-stage': {
    title: 'An investigation advances one stage at a time',
    remedy: 'Advance it to the stage that follows its present one.',
  },
  'not-earlier-stage': {
    title: 'An investigation returns to an earlier stage only',
    remedy: 'Name a stage before its present one, or advance it.',
  },
} as const;
