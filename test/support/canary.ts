import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { examples } from '#domain';

/** Texts that occur nowhere else, in three scripts, other ones in each run. Letters only, and small, so that no index changes them. */
export function canaryTexts(): readonly string[] {
  const alphabets = [
    'abcdefghijklmnopqrstuvwxyz',
    'абвгґдеєжзиіїйклмнопрстуфхцчшщюя',
    'ابتثجحخدذرزسشصضطظعغفقكلمنهوي',
  ];
  return alphabets.map((letters) =>
    Array.from({ length: letters.length === 26 ? 18 : 12 }, () => letters[randomInt(letters.length)]).join(
      '',
    ),
  );
}

/** Somebody whose every sealed text holds one of the canaries. */
export function person([ascii = '', ukrainian = '', arabic = '']: readonly string[], n: number) {
  return {
    identity: {
      fullName: `${ukrainian} ${n} ${ascii}`,
      placeOfBirth: arabic,
      gender: ascii,
      documents: [{ kind: ukrainian, number: `${ascii}-${n}`, issuedBy: arabic }],
    },
    contact: {
      telephone: [`${ascii} ${n}`, arabic],
      email: [`${ascii}@example.org`],
      address: `${arabic}, ${n}`,
      contactPerson: ukrainian,
      howToContactSafely: `Only by ${ascii} or ${ukrainian}`,
    },
    aliases: [ascii, ukrainian, arabic],
  };
}

/** A request that goes wrong, with a canary in it. */
export interface Mistake {
  readonly path: string;
  readonly as?: string | undefined;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
}

/** Everything that may go wrong with a command that holds somebody. */
export function mistakesWith(texts: readonly string[], n: number, id: string): readonly Mistake[] {
  const text = texts[n % texts.length] ?? '';
  const whole = person(texts, n);
  const { identity, contact, aliases } = whole;
  const witnesses = '/v1/witnesses';
  const revise = { path: `${witnesses}/${id}/revise-identity` };
  const registering = (body: object) => ({ path: witnesses, status: 400, body: JSON.stringify(body) });
  const revision = (reason: string) => JSON.stringify({ ...whole, reason });
  return [
    registering({ ...whole, origin: text }),
    registering({ ...whole, identity: text }),
    registering({ ...whole, identity: { ...identity, dateOfBirth: text } }),
    registering({ ...whole, identity: { ...identity, nationality: [text] } }),
    registering({ ...whole, identity: { ...identity, fullName: [text, { text }] } }),
    registering({ ...whole, identity: { ...identity, fullName: `${text}\u0000` } }),
    registering({ ...whole, contact: { ...contact, telephone: text } }),
    registering({ ...whole, contact: { ...contact, email: [text.repeat(60)] } }),
    registering({ ...whole, aliases: [...aliases, ...aliases] }),
    registering({ ...whole, surname: text }),
    registering({ contact, aliases }),
    { ...registering({}), body: JSON.stringify(whole).slice(0, -40) },
    { ...registering({}), body: `{"aliases":["a"],"aliases":["${text}"]}` },
    { ...registering({}), body: JSON.stringify({ ...whole, pad: text.repeat(100_000) }), status: 413 },
    { ...registering(whole), headers: { 'content-type': 'text/plain' }, status: 415 },
    { ...registering(whole), as: undefined, status: 401 },
    { ...registering(whole), as: 'Auditor', status: 403 },
    { ...revise, body: revision('A document'), headers: { 'if-match': '"99"' }, status: 412 },
    { ...revise, body: revision('A document'), headers: { 'idempotency-key': `one-${n}` }, status: 200 },
    { ...revise, body: revision('Another'), headers: { 'idempotency-key': `one-${n}` }, status: 422 },
    { ...revise, body: JSON.stringify({ ...whole, reason: [text] }), status: 400 },
    {
      path: `${witnesses}/00000000-0000-4000-8000-000000000000/revise-identity`,
      body: revision('A document'),
      status: 404,
    },
    {
      path: `${witnesses}/${id}/assess-risk`,
      body: JSON.stringify({ level: text, threats: [text], reviewBy: text }),
      status: 400,
    },
    { path: `${witnesses}/${id}/unseal`, body: JSON.stringify({ fields: [text] }), status: 400 },
  ];
}

/** Addresses that hold a canary, as of somebody who looks for a name where names are not. */
export const addressesWith = (text: string): readonly (readonly [path: string, status: number])[] => {
  const word = encodeURIComponent(text);
  return [
    [`/v1/witnesses?q=${word}`, 200],
    [`/v1/witnesses?sort=${word}`, 400],
    [`/v1/witnesses?risk=${word}`, 400],
    [`/v1/witnesses?cursor=${word}`, 400],
    [`/v1/witnesses/${word}`, 404],
    [`/v1/${word}`, 404],
  ];
};

/** Sends somebody's registration half, and goes away. */
export async function abortedRequest(url: string, token: string, texts: readonly string[]): Promise<void> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ ...examples.RegisterWitness, ...person(texts, 0) });
  const socket = connect(Number(port), hostname);
  const head = [
    'POST /v1/witnesses HTTP/1.1',
    `host: ${hostname}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, body.length / 2)}`, () => resolve());
  });
  socket.destroy();
}
