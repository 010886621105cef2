// Lets a plain Node process run what tests share, which is not built: node --import ./test/support/typescript.mjs file.ts
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
