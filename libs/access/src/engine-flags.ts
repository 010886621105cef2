import { setFlagsFromString } from 'node:v8';

/**
 * V8 11, the engine of Node 20, may end the whole process when it deoptimises a function into which it inlined a call to
 * WebAssembly ("unreachable code" in `Deoptimizer::DoComputeBuiltinContinuation`): asking the policies some thousand
 * times did so in 6 of 30 processes. Not inlining these calls costs nothing that could be measured. Imported before
 * anything calls into WebAssembly.
 */
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--no-turbo-inline-js-wasm-calls');
