// Lets a plain Node process run the TypeScript sources: node --import ./test/support/typescript.mjs file.ts
// Tests start whole processes from the sources with it, so that they never meet a stale dist/.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
