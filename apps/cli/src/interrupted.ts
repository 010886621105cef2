/** Aborted at the first Ctrl-C or SIGTERM: what is under way is finished. The second one ends the process. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
