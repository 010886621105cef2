import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './environment.js';
import { projectDir } from './spawn-module.js';

/**
 * A copy of the build that is one version ahead: it writes `AllegationTriaged` in a second version of its shape, which the
 * program of this build cannot read, and reads both. Gives its folder.
 */
export function nextVersion(): string {
  const folder = mkdtempSync(join(runFolder(), 'next-version-'));
  cpSync(join(projectDir, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(projectDir, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(projectDir, 'node_modules'), join(folder, 'node_modules'));
  change(join(folder, 'dist/libs/domain/src/allegation/allegation.js'), {
    'import { aggregate, defineEvents }': 'import { aggregate, defineEvents, versions }',
    'AllegationTriaged: triage,': 'AllegationTriaged: versions(triage, (older) => older),',
  });
  return folder;
}

function change(file: string, changes: Readonly<Record<string, string>>): void {
  let text = readFileSync(file, 'utf8');
  for (const [before, after] of Object.entries(changes)) {
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    text = text.replace(before, after);
  }
  writeFileSync(file, text);
}
