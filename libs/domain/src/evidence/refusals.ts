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
  'copy-unknown': {
    title: 'The item has no such working copy',
    remedy: "Use the id of one of the item's working copies, or none for the item itself.",
  },
  'digest-not-registered': {
    title: 'The item was registered without a digest, so no content can be told to be its own',
    remedy: 'Register the content as an item of its own, with its digest.',
  },
  'content-differs': {
    title: 'The content is not the registered one: its digests differ',
    remedy:
      'Upload the content that the registered digests were computed of, or register this one as another item.',
  },
  'content-not-held': {
    title: 'Our store holds no content of the item, or of that working copy',
    remedy: 'Upload it first.',
  },
  'content-broken': {
    title: 'The stored content is still not what was registered',
    remedy: 'Upload the registered content anew, or acknowledge the breach.',
  },
  'not-custodian': {
    title: 'Only the custodian hands the item over',
    remedy: 'Have the custodian of the item do it.',
  },
  'custody-offered': {
    title: 'Custody of the item is offered to somebody already',
    remedy: 'Have the open offer accepted, refused or withdrawn first.',
  },
  'offered-to-custodian': {
    title: 'The item is offered to its own custodian',
    remedy: 'Name whoever is to receive it.',
  },
  'offer-unknown': {
    title: 'There is no such offer of custody',
    remedy: "Use the id of the item's open offer.",
  },
  'offer-settled': {
    title: 'The offer was accepted, refused or withdrawn',
    remedy: 'Have the custodian offer the item anew.',
  },
  'not-the-recipient': {
    title: 'The item was offered to somebody else',
    remedy: 'Have whoever it was offered to accept or refuse it.',
  },
  'offerer-accepts': {
    title: 'Whoever offered the item cannot accept it',
    remedy: 'Have a second person accept it; for an organisation, on the strength of its receipt.',
  },
  'receipt-missing': {
    title: 'An organisation takes custody by a receipt',
    remedy: 'State where the receipt is kept, or its number.',
  },
  'seal-not-stated': {
    title: 'The item has a seal, and its state at the handover is not stated',
    remedy: 'State the number and the condition of the seal as it was found.',
  },
  'handover-before-offer': {
    title: 'The item is said to have been handed over before it was offered',
    remedy: 'Check the time of the handover; offer an item before it changes hands.',
  },
  'digest-not-stated': {
    title: 'The item left or entered our house without anybody comparing its digest',
    remedy: 'Have the content uploaded, or its digest stated at the next handover.',
  },
  'nothing-to-resolve': {
    title: 'No breach is there that this outcome settles',
    remedy: 'Content is restored, a seal is resealed; acknowledge what cannot be put right.',
  },
  'copy-parent-unknown': {
    title: 'The working copy was made from a copy that is not on record',
    remedy: 'Record the copy that it was made from.',
  },
  'derived-before-acquisition': {
    title: 'The working copy is said to be older than the acquisition of the item',
    remedy: 'Check both times, and the clocks they were read from.',
  },
  'derived-before-parent': {
    title: 'The working copy is said to be older than the copy that it was made from',
    remedy: 'Check both times, and the clocks they were read from.',
  },
  'copy-identical': {
    title: 'The working copy has the digest of what it was made from',
    remedy: 'Check the digest: whatever was done to a copy changes it, and a mere duplicate needs no record.',
  },
} as const;
