import type { TSchema } from 'typebox';
import {
  allegationList,
  type Answer,
  caseBoardList,
  evidenceItem,
  evidenceList,
  incidentList,
  inboxList,
  incidentMap,
  type ListDefinition,
  type ListParameters,
  pageOf,
  type Queries,
  referralList,
  type Seen,
  witnessList,
} from '#read-models';
import { preferred } from '../http/accept.js';

type Ask = (views: Queries, parameters: ListParameters, seen: Seen) => Promise<Answer<unknown>>;

/** A list of resources and its address: `/v1/<path>`. */
export interface ListKind {
  readonly path: string;
  readonly action: string;
  readonly summary: string;
  /** In sentences. */
  readonly noun: string;
  readonly definition: ListDefinition;
  /** What it answers with, by media type. */
  readonly content: Readonly<Record<string, TSchema>>;
  /** How it is asked by a caller who accepts this. */
  question(accept: string | undefined): { readonly mediaType: string; readonly ask: Ask };
}

const json = 'application/json';
const geoJson = 'application/geo+json';
const utf8 = 'application/json; charset=utf-8';

export const listKinds: readonly ListKind[] = [
  {
    path: 'inbox',
    action: 'ReadInbox',
    summary: 'What waits for whoever asks',
    noun:
      'inbox: custody offered to the caller or by the caller in vain, and, where the caller’s roles permit what settles it, ' +
      'approvals that others asked for, and consents that end and risks to be assessed anew within 30 days; nothing of a ' +
      'case in which the caller declared a conflict of interest',
    definition: inboxList,
    content: { [json]: pageOf(inboxList) },
    question: inJson((views, parameters, seen) => views.inbox(parameters, seen)),
  },
  {
    path: 'investigations',
    action: 'ListInvestigations',
    summary: 'The case board',
    noun: 'cases: where each stands, since when, what comes next and what blocks it',
    definition: caseBoardList,
    content: { [json]: pageOf(caseBoardList) },
    question: inJson((views, parameters, seen) => views.investigations(parameters, seen)),
  },
  {
    path: 'allegations',
    action: 'ListAllegations',
    summary: 'The inbox of allegations',
    noun: 'inbox',
    definition: allegationList,
    content: { [json]: pageOf(allegationList) },
    question: inJson((views, parameters, seen) => views.allegations(parameters, seen)),
  },
  {
    path: 'incidents',
    action: 'ListIncidents',
    summary: 'The list of incidents, or with `Accept: application/geo+json` the map',
    noun: 'incidents',
    definition: incidentList,
    content: { [json]: pageOf(incidentList), [geoJson]: incidentMap },
    question: (accept) =>
      preferred(accept, [json, geoJson]) === geoJson
        ? { mediaType: geoJson, ask: (views, parameters, seen) => views.incidentMap(parameters, seen) }
        : { mediaType: utf8, ask: (views, parameters, seen) => views.incidents(parameters, seen) },
  },
  {
    path: 'evidence',
    action: 'ListEvidence',
    summary: 'The evidence register',
    noun: 'register, each item with what else holds the same digest',
    definition: evidenceList,
    content: { [json]: pageOf({ item: evidenceItem }) },
    question: inJson((views, parameters, seen) => views.evidence(parameters, seen)),
  },
  {
    path: 'referrals',
    action: 'ListReferrals',
    summary: 'The referral tracker',
    noun: 'tracker: what is handed on to whom, how far that is, and what came of it',
    definition: referralList,
    content: { [json]: pageOf(referralList) },
    question: inJson((views, parameters, seen) => views.referrals(parameters, seen)),
  },
  {
    path: 'witnesses',
    action: 'ListWitnesses',
    summary: 'The witness register',
    noun: 'witnesses under their pseudonyms: consents in force, risk, protection and how much each has said',
    definition: witnessList,
    content: { [json]: pageOf(witnessList) },
    question: inJson((views, parameters, seen) => views.witnesses(parameters, seen)),
  },
];

function inJson(ask: Ask): ListKind['question'] {
  return () => ({ mediaType: utf8, ask });
}
