export const allegationRefusals = {
  'duplicate-of-itself': {
    title: 'An allegation is no duplicate of itself',
    remedy: 'Name the allegation that was filed earlier.',
  },
  'duplicate-of-later': {
    title: 'A duplicate is one of an allegation filed earlier',
    remedy: 'Triage the other allegation, which was filed later, as a duplicate of this one.',
  },
  'deferral-past': {
    title: 'A deferral ends in the future',
    remedy: 'Give a day after today, or decide now.',
  },
  'allegation-linked': {
    title: 'The allegation is linked to this incident with another stance',
    remedy: 'Unlink it with the reason, then link it with the new stance.',
  },
} as const;
