/** The signals that ask to stop: of a terminal, of a service manager, and of a terminal that is closed. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What npm runs gets a Ctrl-C twice within milliseconds: from the terminal, and passed on by npm. */
const sameMsMax = 1_000;

/** Calls `stop` once, at the first signal that asks for it; one more than a second later ends the process, exit code 1. */
export function onStopSignal(stop: () => void): void {
  let first: number | undefined;
  for (const signal of stopSignals)
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now();
        stop();
      } else if (performance.now() - first > sameMsMax) process.exit(1);
    });
}
