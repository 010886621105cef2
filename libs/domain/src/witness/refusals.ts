export const witnessRefusals = {
  'identity-erased': {
    title: 'It was erased who the witness is',
    remedy: 'Nothing can be decided that needs the person; what happened can still be recorded.',
  },
  'consent-unknown': {
    title: 'The witness gave no such consent',
    remedy: "Use the id of one of the witness's consents.",
  },
  'consent-missing': {
    title: 'No consent of the witness to be interviewed is in force for that time',
    remedy:
      'Ask the witness, and record the consent to the purpose `interview` with the recipient `own institution`.',
  },
  'consent-over-when-given': {
    title: 'The consent was over before it was given',
    remedy: 'Check both times, and record the consent anew; as it stands it covers nothing.',
  },
  'consent-withdrawn-since': {
    title: 'The witness withdrew consent to the same recipient and purpose after this one',
    remedy: 'Ask the witness anew; as it stands the earlier consent covers nothing.',
  },
  'review-date-past': {
    title: 'The day by which the risk is to be reviewed has passed',
    remedy: 'Give a day from today on.',
  },
  'protection-over-already': {
    title: 'The protection would have ended before it is ordered',
    remedy: 'Give an end from now on, or none.',
  },
  'protection-still-needed': {
    title: 'The witness is at a high or extreme risk',
    remedy: 'Assess the risk anew, or lift the protection because the witness wants none.',
  },
  'planned-in-past': {
    title: 'The time for which the interview is planned has passed',
    remedy: 'Plan it for a time from now on; record an interview that was held already.',
  },
  'account-unknown': {
    title: 'The witness has no such earlier account on record',
    remedy: 'Record the account first, and use its id.',
  },
  'prior-accounts-unread': {
    title: 'What the witness said before was not looked at',
    remedy: 'Look at every earlier account on record, and name each of them.',
  },
  'interview-unplanned': {
    title: 'The interview was not planned',
    remedy: 'State why in the case file; plan the next one.',
  },
  'interview-on-record': {
    title: 'Another interview is on record as the one that was planned',
    remedy: 'Check which of the two was planned; both stay.',
  },
  'caution-missing': {
    title: 'Somebody with the rights of a suspect was not told of them',
    remedy: 'The statement cannot be relied upon; interview the person anew with the caution.',
  },
  'caution-late': {
    title: 'The rights were told only after the interview had begun',
    remedy: 'The statement cannot be relied upon; interview the person anew with the caution first.',
  },
  'counsel-missing': {
    title: 'Somebody with the rights of a suspect had no counsel and had not waived it',
    remedy: 'The statement cannot be relied upon; interview the person anew with counsel.',
  },
  'not-voluntary': {
    title: 'It is doubtful that the person spoke freely, or found that the person did not',
    remedy: 'The words cannot be relied upon against anybody; they may show how they were obtained.',
  },
  'voluntariness-unknown': {
    title: 'The person was in custody, and nobody found that the words were free',
    remedy: 'Find out under which circumstances they were said, and record it anew with the finding.',
  },
  'interpreter-missing': {
    title: 'The interview was in a language that the person does not understand fully',
    remedy: 'Interview the person anew with an interpreter.',
  },
  'interpreter-is-interviewer': {
    title: 'The interpreter is one of the interviewers',
    remedy: 'Name an interpreter who only interprets.',
  },
  'minor-unaccompanied': {
    title: 'A child was interviewed without a person in support',
    remedy: 'Have a person of trust beside the child in the next interview.',
  },
  'recording-missing': {
    title: 'There is no recording of the interview',
    remedy: 'Register the recording, or state in the case file why there is none.',
  },
  'recanted-before-made': {
    title: 'The statement is said to have been recanted before it was made',
    remedy: 'Check both times, and record it anew.',
  },
  'witness-relied-upon': {
    title: 'A referral that was transmitted relies on the witness',
    remedy: 'Ask for its return, or wait until its recipient no longer needs the witness.',
  },
} as const;
