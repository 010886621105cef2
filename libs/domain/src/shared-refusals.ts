/** Rules that several contexts refuse by. Each context's own rules stand in its `refusals.ts`. */
export const sharedRefusals = {
  'allegation-unknown': {
    title: 'There is no such allegation',
    remedy: 'Use the id that filing the allegation answered with.',
  },
  'incident-unknown': {
    title: 'There is no such incident',
    remedy: 'Use the id that recording the incident answered with.',
  },
  'evidence-unknown': {
    title: 'There is no such item of evidence',
    remedy: 'Use the id that registering the item answered with.',
  },
  'investigation-unknown': {
    title: 'There is no such investigation',
    remedy: 'Use the id that opening the investigation answered with.',
  },
  'witness-unknown': {
    title: 'There is no such witness',
    remedy: 'Use the id that registering the witness answered with.',
  },
  'statement-unknown': {
    title: 'The witness made no such statement',
    remedy: 'Use the id of an interview or of an earlier account that is on record.',
  },
  'incident-merged': {
    title: 'The incident was merged into another',
    remedy: 'Use the incident that it was merged into, or reverse the merge.',
  },
  'allegation-withdrawn': {
    title: 'The source has withdrawn the allegation',
    remedy: 'Rely on another account; a withdrawn one stays on record, as context at most.',
  },
  'evidence-quarantined': {
    title: 'A breach of the integrity of the item, or of its working copy, is not resolved',
    remedy: 'Have two people resolve it: RequestQuarantineResolution, then ApproveQuarantineResolution.',
  },
  'evidence-impaired': {
    title: 'A breach of the integrity of the item was acknowledged and never put right',
    remedy:
      'Restore the registered content or the seal if that can be done; otherwise have the forum rule on it.',
  },
  'date-in-future': {
    title: 'The date lies in the future',
    remedy: 'Give the date on which it happened, in UTC.',
  },
  'approval-unknown': {
    title: 'Nobody asked for this approval',
    remedy: 'Use the id of the request that is open now.',
  },
  'same-person': {
    title: 'The person who asked cannot approve',
    remedy: 'Have a second person review and approve the request.',
  },
  'approval-lapsed': {
    title: 'What was reviewed has changed since',
    remedy: 'Review it as it is now; make a new request if the open one is about the earlier state.',
  },
  'approval-expired': {
    title: 'The request is older than 30 days',
    remedy: 'Make a new request.',
  },
} as const;
