import { isSamePerson, personOf, whoIs } from './person.js';

const actor = (subject: string, onBehalfOf?: string) => ({
  subject,
  roles: [],
  ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
});

test('the person is whom a service acts for, else who acts', () => {
  expect(personOf(actor('vega'))).toBe('vega');
  expect(personOf(actor('portal', 'vega'))).toBe('vega');
  expect(whoIs(actor('portal', 'vega'))).toEqual({ person: 'vega', subject: 'portal' });
});

test.each([
  ['one who acts twice', actor('vega'), actor('vega')],
  ['one who acts once through a service', actor('vega'), actor('portal', 'vega')],
  ['one who acts through two services', actor('portal', 'vega'), actor('desk', 'vega')],
  ['one who acts for another', actor('vega'), actor('vega', 'moss')],
])('%s is one person', (_, one, other) => {
  expect(isSamePerson(whoIs(one), whoIs(other))).toBe(true);
  expect(isSamePerson(whoIs(other), whoIs(one))).toBe(true);
});

test.each([
  ['two who act', actor('vega'), actor('moss')],
  ['two who act through one service', actor('portal', 'vega'), actor('portal', 'moss')],
  ['two of whom one acts through a service', actor('vega'), actor('portal', 'moss')],
])('%s are two people', (_, one, other) => {
  expect(isSamePerson(whoIs(one), whoIs(other))).toBe(false);
  expect(isSamePerson(whoIs(other), whoIs(one))).toBe(false);
});
