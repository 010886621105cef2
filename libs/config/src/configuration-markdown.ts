import { namesOf, type Setting } from './setting.js';
import { settings } from './settings.js';

/** docs/configuration.md. */
export function configurationMarkdown(): string {
  return [
    '<!-- Generated from libs/config by `npm run generate`; do not edit. -->',
    '# Configuration',
    'Environment variables, read once at start. A wrong value names the variable, its problem and an example, and ' +
      'nothing starts. A secret may also be the content of a file that `<name>_FILE` names. `npm start` needs none, and ' +
      'names those that are set and that it does not use: they are for the roles as processes of their own. ' +
      '[sign-in.md](sign-in.md) says what a token must look like.',
    'What must be set, beside what has a value without it:',
    needs(),
    '| variable | meaning | without it | example |\n| --- | --- | --- | --- |\n' +
      Object.values<Setting>(settings).map(row).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function needs(): string {
  const all = ['`INQUEST_POSTGRES_URL`', '`INQUEST_HASH_KEY`'];
  const kafka = '`INQUEST_KAFKA_BROKERS`';
  const owner = ['`INQUEST_POSTGRES_URL`', '`INQUEST_POSTGRES_OWNER_URL`'];
  const api = ['`INQUEST_OIDC_ISSUER`', '`INQUEST_OIDC_JWKS_URL`', '`INQUEST_KEYS_DIR`'];
  const lines = [
    ['api', ...all, ...api, '`INQUEST_CONTENT_DIR` or `INQUEST_S3_BUCKET`'],
    ['relay, projector', ...all, kafka],
    ['`inquest migrate`, `inquest projections`', ...owner],
    ['`inquest topics`', kafka],
  ];
  return lines.map(([who, ...names]) => `- ${who}: ${names.join(', ')}`).join('\n');
}

function row(setting: Setting): string {
  const { doc, example, fallback, unusedByStandalone } = setting;
  const names = namesOf(setting)
    .map((name) => `\`${name}\``)
    .join(', ');
  const meaning = unusedByStandalone ? `${doc} _Not used by \`npm start\`._` : doc;
  const shown = example.includes('`') ? example : `\`${example}\``;
  return `| ${names} | ${meaning} | ${fallback === undefined ? '' : `\`${fallback}\``} | ${shown} |`;
}
