import { settings } from './config.js';
import type { Setting } from './setting.js';

/** docs/configuration.md. */
export function configurationMarkdown(): string {
  return [
    '<!-- Generated from libs/config by `npm run generate`; do not edit. -->',
    '# Configuration',
    'Environment variables, read once at start. A wrong value names the variable, its problem and an example, and ' +
      'nothing starts. A secret may also be the content of a file that `<name>_FILE` names. `npm start` needs none.',
    '| variable | meaning | without it | example |\n| --- | --- | --- | --- |\n' +
      Object.values<Setting>(settings).map(row).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function row({ name, doc, example, fallback, secret }: Setting): string {
  const names = secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
  const shown = example.includes('`') ? example : `\`${example}\``;
  return `| ${names} | ${doc} | ${fallback === undefined ? '' : `\`${fallback}\``} | ${shown} |`;
}
