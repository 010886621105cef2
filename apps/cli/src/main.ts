import { Command } from 'commander';
import { evidenceCommand } from './evidence/evidence.js';
import { importCommand } from './import/import.js';
import { migrateCommand } from './migrate.js';
import { projectionsCommand } from './projections/projections.js';
import { topicsCommand } from './topics.js';

/** `inquest`: what is done from a terminal rather than through the API. One file per command. */
const program = new Command('inquest')
  .description('Works on an installation of Inquest from the command line.')
  .showHelpAfterError()
  .addCommand(evidenceCommand())
  .addCommand(importCommand())
  .addCommand(migrateCommand())
  .addCommand(projectionsCommand())
  .addCommand(topicsCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`inquest: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
