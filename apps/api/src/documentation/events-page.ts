import { createHash } from 'node:crypto';
import {
  alternativesOf,
  type AsyncApiDocument,
  type Channel,
  type JsonSchema,
  kindOf,
  type Message,
  wordsOf,
} from '#public-contract';
import { Html, html } from '../reports/html.js';

/** The public contract as one page that needs nothing else, to be read by people. */
export function eventsPage({ info, channels, components }: AsyncApiDocument): string {
  const { messages, schemas, messageTraits } = components;
  const sections = Object.values(channels).map((channel) => ({
    channel,
    types: Object.keys(channel.messages).flatMap((type) => messages[type] ?? []),
  }));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <p class="kind"><a href="/docs">Inquest API</a>, version ${info.version}</p>
          <h1>${info.title}</h1>
          ${info.description.split('\n\n').map((paragraph) => html`<p>${inMarkup(paragraph)}</p>`)}
          <p>For programs: <a href="/asyncapi.json">/asyncapi.json</a> (AsyncAPI 3.0.0 with JSON Schemas).</p>
        </header>
        <nav aria-label="Topics">${sections.map(({ channel, types }) => contents(channel, types))}</nav>
        <main>
          <section>
            <h2 id="headers">Headers of every record</h2>
            ${memberTable(messageTraits.cloudEvent.headers)}
          </section>
          ${sections.map(
            ({ channel, types }) =>
              html`<section>
                <h2 id="${channel.address}"><code>${channel.address}</code></h2>
                <p>${channel.description} The key of a record is the stream of its event.</p>
                ${types.map((message) => eventSection(message, schemas[message.name] ?? {}))}
              </section>`,
          )}
        </main>
      </body>
    </html> `;
  return page.text;
}

/** The one markup that descriptions have: code between backticks. */
const inMarkup = (text: string) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

function contents({ address }: Channel, types: readonly Message[]): Html {
  return html`<div>
    <p>
      <a href="#${address}"><code>${address}</code></a>
    </p>
    <ul>
      ${types.map(({ name }) => html`<li><a href="#${name}">${name}</a></li> `)}
    </ul>
  </div>`;
}

function eventSection({ name, title, summary, examples }: Message, schema: JsonSchema): Html {
  return html`<article>
    <h3 id="${name}">${name}</h3>
    <p>${title}. ${Object.keys(schema.properties ?? {}).length === 0 ? summary : undefined}</p>
    ${memberTable(schema)}
    ${examples.map(
      ({ headers, payload }) =>
        html`<details>
          <summary>Example</summary>
          <pre>
${Object.entries(headers).map(([header, value]) => `${header}: ${value}\n`)}
${JSON.stringify(payload, undefined, 2)}</pre>
        </details>`,
    )}
  </article>`;
}

function memberTable(schema: JsonSchema): Html | undefined {
  const rows = memberRows(schema, '');
  if (rows.length === 0) return undefined;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Member</th>
        <th scope="col">What it is</th>
        <th scope="col">There</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** A row for each member, those of a member after it. */
function memberRows(schema: JsonSchema, at: string): Html[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, member]) => {
    const path = `${at}${name}`;
    const isList = member.type === 'array';
    return [
      html`<tr>
        <th scope="row"><code>${path}</code></th>
        <td>${valueOf(member)}</td>
        <td>${required.includes(name) ? 'always' : 'perhaps'}</td>
      </tr> `,
      ...memberRows(isList ? (member.items ?? {}) : member, `${path}${isList ? '[]' : ''}.`),
    ];
  });
}

/** What kind of value it is, with the words of closed lists. */
function valueOf(schema: JsonSchema): Html {
  if (schema.type === 'array') return html`list of: ${valueOf(schema.items ?? {})}`;
  const alternatives = alternativesOf(schema).map((one) => {
    const words = wordsOf(one);
    if (words.length === 0) return html`${one.description ?? kindOf(one)}`;
    return html`${words.map((word, index) => html`${index === 0 ? '' : ', '}<code>${String(word)}</code>`)}`;
  });
  return html`${alternatives.map((one, index) => html`${index === 0 ? '' : ' or '}${one}`)}`;
}

const style = `
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, "Liberation Sans", sans-serif; color: #1f2933; background: #fff; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.8rem; margin: 0 0 .8rem; } h2 { font-size: 1.3rem; margin: 2.6rem 0 .4rem; border-bottom: 2px solid #1f2933; padding-bottom: .3rem; overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .2rem; } p { margin: .4rem 0; max-width: 46rem; } .kind { color: #52606d; }
a { color: #0b5394; } code, pre { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .88em; }
nav { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem 1.5rem; margin-top: 1.5rem; }
nav ul { margin: 0; padding-left: 1.1rem; } nav li { line-height: 1.6; }
table { width: 100%; border-collapse: collapse; margin: .5rem 0; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #d9dee4; overflow-wrap: anywhere; }
th { font-weight: 400; } thead th { font-size: .85rem; color: #52606d; } th:first-child { width: 15rem; } th:last-child, td:last-child { width: 5rem; }
pre { background: #f4f6f8; border: 1px solid #d9dee4; padding: .7rem .9rem; overflow-x: auto; margin: .4rem 0; }
summary { cursor: pointer; color: #0b5394; }
:target { background: #fff3bf; } @media (max-width: 40rem) { th:first-child { width: 9rem; } }
`;
const styleElement = new Html(`<style>${style}</style>`);

/** What a browser may do with the page: show it with its own style, and nothing else. */
export const eventsPagePolicy =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
