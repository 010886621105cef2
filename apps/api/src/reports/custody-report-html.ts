import { createHash } from 'node:crypto';
import type { CustodyEntry, CustodyReport } from './custody-report.js';
import { Html, html } from './html.js';

/** The report as one page that needs nothing else, to be read and to be printed. */
export function custodyReportHtml(report: CustodyReport): string {
  const { exhibitNumber, entries, position, revision, generatedAt, generatedFor } = report;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Chain of custody of exhibit ${exhibitNumber}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <p class="kind">Chain of custody</p>
          <h1>Exhibit ${exhibitNumber}</h1>
          ${report.description === undefined ? undefined : html`<p>${report.description}</p>`}
        </header>
        <main>
          ${notices(report)} ${summary(report)} ${custody(report)} ${gaps(report)} ${copies(report)}
          ${history(entries)}
        </main>
        <footer>
          <p>
            Made ${time(generatedAt)} for ${generatedFor}, of ${entries.length} events, the last of revision
            ${revision}, from the log up to position ${position}. All times are UTC. Persons are named by
            their pseudonyms.
          </p>
        </footer>
      </body>
    </html> `;
  return page.text;
}

function notices({ breaches, openOffer, sealed }: CustodyReport): Html {
  const open = Object.values(breaches).filter(({ resolved }) => resolved === undefined);
  const acknowledged = Object.values(breaches).filter(({ resolved }) => resolved?.outcome === 'acknowledged');
  return html`${open.map(
    ({ kind, copyId, checkedAt }) =>
      html`<p class="alarm">
        <strong>In quarantine.</strong> Breach of integrity (${words(kind)})${ofCopy(copyId)}, found
        ${time(checkedAt)}; two people have not resolved it.
      </p>`,
  )}${acknowledged.map(
    ({ kind, copyId, checkedAt }) =>
      html`<p class="alarm">
        <strong>Impaired.</strong> Breach of integrity (${words(kind)})${ofCopy(copyId)}, found
        ${time(checkedAt)}, acknowledged and not put right.
      </p>`,
  )}${openOffer === undefined ? undefined : html`<p class="notice"><strong>Custody is on offer</strong> to ${holderName(openOffer.to)} since ${time(openOffer.offeredAt)}: ${openOffer.purpose}</p>`}${
    sealed === undefined
      ? html`<p class="notice"><strong>Not sealed.</strong> The item has not been declared the original.</p>`
      : undefined
  }`;
}

function summary({ id, form, kind, digests, seal, content, integrity, custodian }: CustodyReport): Html {
  const rows: [string, Html | string][] = [
    ['Register id', id],
    ['Item', `${form}, ${words(kind)}`],
    ['Custodian', holderName(custodian)],
    ...digests.map(({ algorithm, value }): [string, Html] => [algorithm, digestText(value)]),
    ...(seal ? [['Seal', `${seal.number}, ${seal.condition}`] satisfies [string, string]] : []),
    [
      'Content',
      content
        ? `${grouped(content.length)} bytes held, recognised as ${content.mediaType}${content.fileName === undefined ? '' : `, received as “${content.fileName}”`}`
        : 'not held here',
    ],
    ['Integrity', checksText(integrity)],
  ];
  return html`<table class="facts">
    <tbody>
      ${rows.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}

function checksText({ checks, checkedAt, intact }: CustodyReport['integrity']): string {
  if (checkedAt === undefined) return 'never checked since it was stored';
  const outcome = intact === undefined ? 'stored anew since' : intact ? 'intact' : 'not what was stored';
  return `checked ${checks} ${checks === 1 ? 'time' : 'times'}, last ${plainTime(checkedAt)}: ${outcome}`;
}

function custody({ periods }: CustodyReport): Html {
  return html`<h2>Who answered for it</h2>
    <table>
      <thead>
        <tr>
          <th>Holder</th>
          <th>From</th>
          <th>Until</th>
          <th>Known by</th>
        </tr>
      </thead>
      <tbody>
        ${periods.map(
          ({ holder, from, until, basis }) =>
            html`<tr>
              <td>${holder.name}<br /><small>${holderKinds[holder.kind]}</small></td>
              <td>${time(from)}</td>
              <td>${until === undefined && basis === 'recorded' ? 'to this day' : time(until)}</td>
              <td>${basis === 'stated' ? 'statement at registration' : 'record'}</td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}

function gaps({ gaps: found }: CustodyReport): Html {
  if (found.length === 0)
    return html`<h2>Gaps</h2>
      <p>None: each holder follows the one before.</p>`;
  return html`<h2>Gaps</h2>
    <ul class="gaps">
      ${found.map(
        ({ says, from, until }) =>
          html`<li>
            ${says}${from === undefined ? undefined : html` From ${time(from)}.`}${until === undefined ? undefined : html` Until ${time(until)}.`}
          </li> `,
      )}
    </ul>`;
}

function copies({ copies: all }: CustodyReport): Html | undefined {
  const found = Object.entries(all);
  if (found.length === 0) return undefined;
  return html`<h2>Working copies</h2>
    <table>
      <thead>
        <tr>
          <th>Copy</th>
          <th>Made from</th>
          <th>How</th>
          <th>Digest</th>
        </tr>
      </thead>
      <tbody>
        ${found.map(
          ([id, { from, purpose, tool, toolVersion, parameters, digests, derivedAt, content, integrity }]) =>
            html`<tr>
              <td>
                <code>${id}</code><br /><small
                  >${content ? `held, ${checksText(integrity)}` : 'content not held here'}</small
                >
              </td>
              <td>
                ${from === undefined ? 'the original' : html`<code>${from}</code>`}<br /><small
                  >${time(derivedAt)}</small
                >
              </td>
              <td>${words(purpose)} with ${tool} ${toolVersion}<br /><small>${parameters}</small></td>
              <td>
                ${digests.map(({ algorithm, value }) => html`<small>${algorithm}</small><br />${digestText(value)}`)}
              </td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}

function history(entries: readonly CustodyEntry[]): Html {
  return html`<h2>Everything that was recorded</h2>
    <table class="history">
      <thead>
        <tr>
          <th>#</th>
          <th>Recorded</th>
          <th>By</th>
          <th>What</th>
        </tr>
      </thead>
      <tbody>
        ${entries.map(
          ({ revision, recordedAt, occurredAt, by, onBehalfOf, says, type, eventId, data, irregularities }) =>
            html`<tr>
              <td>${revision}</td>
              <td>
                ${time(recordedAt)}${occurredAt === undefined ? undefined : html`<br /><small>happened ${time(occurredAt)}</small>`}
              </td>
              <td>
                ${by}${onBehalfOf === undefined ? undefined : html`<br /><small>for ${onBehalfOf}</small>`}
              </td>
              <td>
                ${says}${details(data)}${irregularities === undefined ? undefined : html`<br /><small class="irregular">irregular: ${irregularities.map(words).join(', ')}</small>`}<br /><small
                  >${type} <code>${eventId}</code></small
                >
              </td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}

/** Places, receipts and digests that the sentence of an event leaves out. */
function details(data: object): Html {
  const members = new Map<string, unknown>(Object.entries(data));
  const told = ['place', 'receipt', 'expectedBy'].flatMap((name) => {
    const value = members.get(name);
    return typeof value === 'string' ? [html`<br /><small>${name}: ${value}</small>`] : [];
  });
  const digests = [members.get('digest'), ...[members.get('digests') ?? []].flat()].filter(isDigest);
  const distinct = new Map(digests.map((digest) => [`${digest.algorithm} ${digest.value}`, digest]));
  return html`${told}${[...distinct.values()].map(
    ({ algorithm, value }) => html`<br /><small>${algorithm} ${digestText(value)}</small>`,
  )}`;
}

function isDigest(value: unknown): value is { readonly algorithm: string; readonly value: string } {
  return typeof value === 'object' && value !== null && 'algorithm' in value && 'value' in value;
}

const holderKinds = {
  staff: 'own staff',
  organisation: 'organisation',
  person: 'person, by pseudonym',
  described: 'as described',
} as const;

const holderName = (one: CustodyReport['custodian']) =>
  one.kind === 'staff' ? one.subject : one.organisation;
const ofCopy = (copyId: string | undefined) => (copyId === undefined ? '' : ` of working copy ${copyId}`);
const words = (code: string) =>
  code.replaceAll('-', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
const digestText = (value: string) => html`<code class="digest">${value}</code>`;
const plainTime = (at: string) => at.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
const time = (at: string | undefined): Html =>
  at === undefined ? html`<em>not stated</em>` : html`<time datetime="${at}">${plainTime(at)}</time>`;

const style = `
@page { size: A4; margin: 18mm 15mm 20mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.4 "Liberation Serif", Georgia, serif; color: #111; background: #fff; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; break-after: avoid; }
.kind { font-variant: small-caps; letter-spacing: .08em; margin: 0; color: #444; }
header { border-bottom: 2px solid #111; padding-bottom: .6rem; margin-bottom: 1rem; }
table { width: 100%; border-collapse: collapse; } thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #bbb; overflow-wrap: anywhere; }
th { font-weight: 600; } tr { break-inside: avoid; } .facts th { width: 9rem; } .history td:nth-child(1) { width: 2.6rem; }
.history td:nth-child(2), .history td:nth-child(3) { width: 9.5rem; }
small { font-size: .82em; color: #444; } code { font: .86em "Liberation Mono", monospace; } .digest { overflow-wrap: anywhere; }
.alarm, .notice { border: 1px solid; border-left-width: 6px; padding: .5rem .8rem; break-inside: avoid; }
.alarm { border-color: #9b1c1c; } .notice { border-color: #7a5d00; } .irregular { color: #9b1c1c; }
footer { border-top: 2px solid #111; margin-top: 2rem; font-size: .85em; color: #444; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
`;
const styleElement = new Html(`<style>${style}</style>`);

/** What a browser may do with the page: show it with its own style, and nothing else. */
export const reportPolicy =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
