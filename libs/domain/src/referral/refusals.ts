export const referralRefusals = {
  'manifest-too-long': {
    title: 'A referral hands on at most 500 streams',
    remedy: 'Make several referrals of it.',
  },
  'allegation-not-in-case': {
    title: 'The investigation has not accepted the allegation',
    remedy: 'Leave it out, or accept it into the investigation first.',
  },
  'defence-left-out': {
    title: 'An item that favours the defence is not handed on, and no reason is given',
    remedy: 'Hand it on as well, or name it among what is left out, with the reason, for whoever approves.',
  },
  'witness-not-in-case': {
    title: 'The witness has nothing to do with the investigation',
    remedy: 'Leave the witness out, or record the interview that was held for this investigation.',
  },
  'statement-without-witness': {
    title: "An item records a witness's statement, and the witness is not part of the referral",
    remedy: 'Name the witness too, whose consent is then asked for, or leave the item out.',
  },
  'referred-content-missing': {
    title: 'Content is to be handed on that is not held',
    remedy: 'Store the content of the item or working copy first, or hand on only what is recorded of it.',
  },
  'manifest-moved': {
    title: 'What is to be handed on has changed since the referral was drafted',
    remedy: 'Withdraw this referral, and draft another that shows what is there now.',
  },
  'referral-not-approved': {
    title: 'No second person has approved the referral',
    remedy: 'Have a second person review the manifest and approve it.',
  },
  'transmission-blocked': {
    title: 'Something that is to be handed on must not go to this recipient',
    remedy:
      'Obtain the consent or the permission that is missing, or resolve the quarantine; else draft a referral without it.',
  },
  'referral-flagged': {
    title: 'Somebody has to look at the referral again before it goes on',
    remedy: 'Look at its open flags; clear each with the reason why it may go on, or withdraw the referral.',
  },
  'flag-unknown': {
    title: 'The referral has no such flag',
    remedy: 'Use the id of a flag that the referral shows.',
  },
  'referral-withdrawn': {
    title: 'The referral was withdrawn',
    remedy: 'Draft another.',
  },
  'referral-transmitted': {
    title: 'The referral was transmitted',
    remedy: 'Request its return; that it was sent stays on record.',
  },
  'referral-not-transmitted': {
    title: 'The referral has not been transmitted',
    remedy: 'Transmit it first, or find out what the recipient received.',
  },
  'referral-return-requested': {
    title: 'The recipient was asked to give back what it was sent',
    remedy: 'Draft another referral of what is to be handed on still.',
  },
  'not-in-manifest': {
    title: 'The referral did not hand this on',
    remedy: 'Name streams of its manifest, or none for all of it.',
  },
  'before-transmission': {
    title: 'The recipient is said to have acted before the referral was transmitted',
    remedy: 'Check the date; if it is right, find out by which way the recipient had the case before.',
  },
  'referral-declined': {
    title: 'The recipient had declined the referral',
    remedy: 'Ask the recipient whether it takes the case after all.',
  },
} as const;
