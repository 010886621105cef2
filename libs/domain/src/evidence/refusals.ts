export const evidenceRefusals = {
  'legal-authority-missing': {
    title: 'The item was acquired by coercion without a stated legal authority',
    remedy: 'Register it anew if an authority was only left out; otherwise have the forum rule on it.',
  },
  'source-address-missing': {
    title: 'The item was captured online or downloaded, and its address is not stated',
    remedy: 'Register it anew with the address it came from.',
  },
  'content-newer-than-acquisition': {
    title: 'The content is said to be newer than its acquisition',
    remedy: 'Check both times and the clock they were read from, and register the item anew.',
  },
  'seal-broken': {
    title: 'The seal was broken when the item was registered',
    remedy: 'Find out with the earlier custodians when and why it was broken.',
  },
  'seal-absent': {
    title: 'The item came without the seal it should have had',
    remedy: 'Find out with the earlier custodians when and why it was taken off.',
  },
  'custody-contradicts-itself': {
    title: 'An earlier custody is said to have ended before it began',
    remedy: 'Check both times with the earlier custodian, and register the item anew if they were mistaken.',
  },
  'custody-past-acquisition': {
    title: 'An earlier custody is said to have lasted past our own acquisition',
    remedy: 'Find out who held the item when, and register it anew if a time was mistaken.',
  },
  'seal-not-intact': {
    title: 'A seal that is put on is intact',
    remedy: 'State the seal that closes the item now; leave it out where none was put on.',
  },
  'evidence-sealed': {
    title: 'The item is sealed already, under another seal',
    remedy: 'The first sealing stands; a change of seal is part of the chain of custody.',
  },
  'nothing-to-seal-by': {
    title: 'Neither a digest nor an intact seal shows what the item is',
    remedy: 'State the number of an intact seal; a digital item must be registered with a digest.',
  },
  'report-is-item': {
    title: 'An item cannot report on its own authenticity',
    remedy: "Register the external assessor's report as an item of its own.",
  },
  'restriction-unknown': {
    title: 'The item has no such restriction',
    remedy: "Use the id of one of the item's restrictions.",
  },
  'consent-is-item': {
    title: "An item cannot be its own provider's consent",
    remedy: "Register the provider's consent as an item of its own.",
  },
  'consent-inauthentic': {
    title: "Own staff found the item that holds the provider's consent inauthentic",
    remedy: 'Name an authentic consent, or have whoever found it inauthentic assess it anew.',
  },
} as const;
