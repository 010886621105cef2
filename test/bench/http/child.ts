import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';

const stopMsMax = 30_000;

/**
 * Runs a module of the bench in a Node process of its own, gives it `input` and resolves to what it sends back with
 * `answer`; it is then asked to end unless it `stays`.
 */
export async function inChild<T>(
  module: URL,
  input: object,
  options: ForkOptions & { readonly timeoutMs: number },
): Promise<{ readonly answer: T; readonly child: ChildProcess }> {
  const child = fork(module, [JSON.stringify(input)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...options,
  });
  const slow = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
  try {
    const answer = await new Promise<T>((resolve, reject) => {
      child.once('message', (message: T) => resolve(message));
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`${module.pathname} ended with ${signal ?? code} before it answered`)),
      );
    });
    return { answer, child };
  } finally {
    clearTimeout(slow);
  }
}

/** In the child: what `inChild` was given. The child ends itself when its parent has gone. */
export function childInput<T>(): T {
  process.once('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2] ?? '{}');
}

/** In the child: answers the parent. */
export function answerParent(answer: object): void {
  process.send?.(answer);
}

/** Ends a process in order, or by force when it takes too long; resolves when it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const slow = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(slow);
}
