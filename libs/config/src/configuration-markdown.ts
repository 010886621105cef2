import { namesOf, type Setting } from './setting.js';
import { settings } from './settings.js';

/** docs/configuration.md. */
export function configurationMarkdown(): string {
  return [
    '<!-- Generated from libs/config by `npm run generate`; do not edit. -->',
    '# Configuration',
    'Environment variables, read once at start. A wrong value names the variable, its problem and an example, and ' +
      'nothing starts. A secret may also be the content of a file that `<name>_FILE` names. `npm start` needs none, and ' +
      'names those that are set and that it does not use: they are for the API as a process of its own. ' +
      '[sign-in.md](sign-in.md) says what a token must look like.',
    '| variable | meaning | without it | example |\n| --- | --- | --- | --- |\n' +
      Object.values<Setting>(settings).map(row).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
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
