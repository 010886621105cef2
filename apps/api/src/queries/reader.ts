import type { Caller } from '#access';
import { inboxActions, type Reader } from '#read-models';
import type { Permission } from '../permission.js';
import { kindAt } from '../resources.js';

const readCase = kindAt('investigations').readAction;

/** The caller as lists know whoever reads them, by what their roles may do to something, in some state. */
export function readerOf(caller: Caller, permission: Permission): Reader {
  const { subject, onBehalfOf } = caller;
  return {
    // Comparisons of persons look at whoever acts and at whom it is for.
    people: onBehalfOf === undefined ? [subject] : [subject, onBehalfOf],
    person: onBehalfOf ?? subject,
    mayDo: inboxActions.filter((action) => permission.allowsEver(caller, action)),
    readsCases: permission.allowsEver(caller, readCase),
    readsRefusals: permission.allowsEver(caller, 'ReadRefusals'),
    readsWitnesses: permission.allowsEver(caller, 'ReadWitness'),
    readsAccesses: permission.allowsEver(caller, 'ReadAccesses'),
  };
}
