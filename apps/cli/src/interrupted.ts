import { onStopSignal } from '#process';

/** Aborted at the first Ctrl-C or SIGTERM: what is under way is finished. A later one ends the process. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  onStopSignal(() => controller.abort());
  return controller.signal;
}
