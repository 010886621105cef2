export const incidentRefusals = {
  'reopening-without-reason': {
    title: 'Verification had an outcome, and reopening it needs a reason',
    remedy: 'Give the reason why the outcome is looked at again.',
  },
  'verification-not-begun': {
    title: 'The incident is not under verification',
    remedy: 'Begin verification first.',
  },
  'verification-stands': {
    title: 'An outcome of verification stands, of the incident as it is recorded now',
    remedy:
      'Begin verification again with the reason, then correct the incident, and have another person assess it.',
  },
  'verifier-is-recorder': {
    title: 'Whoever recorded or corrected an incident cannot find it verified',
    remedy: 'Have another person assess the verification.',
  },
  'verification-unsupported': {
    title: 'The basis is not enough to find the incident verified',
    remedy:
      'Name an item of evidence that own staff found authentic, neither a lead only nor irregular, or two standing ' +
      'accounts of this occurrence, of different origin, that are linked to this very incident in support; one that ' +
      'was linked to an incident merged into this one is linked to this one first. An external verification is a ' +
      'basis, never enough alone.',
  },
  'incident-not-verified': {
    title: 'Nothing is verified about an incident that is not',
    remedy:
      "Name a weaker standard of proof, with the source's own word beside it, or have the incident verified.",
  },
  'merge-into-itself': {
    title: 'An incident does not merge into itself',
    remedy: 'Name the other incident.',
  },
  'merge-into-later': {
    title: 'An incident merges only into one recorded earlier',
    remedy: 'Merge the other incident, which was recorded later, into this one.',
  },
} as const;
