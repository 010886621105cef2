import type { Config } from '#config';
import type { ContentStore } from '#content-store';
import { type IntegritySweepOptions, startIntegritySweep } from './integrity-sweep.js';
import { startLeftoverSweep } from './leftover-sweep.js';
import type { Background } from './rounds.js';

const mebibyte = 1024 * 1024;

type Given = Pick<IntegritySweepOptions, 'store' | 'readModels' | 'hashKey' | 'logger' | 'metrics'>;

/** What goes on by itself with stored content. To be stopped before what it stands on is closed. */
export function startSweeps(
  given: Given & { readonly contentStore: ContentStore },
  {
    integrityCheckDays: days,
    integrityCheckMibPerSecond,
  }: Pick<Config, 'integrityCheckDays' | 'integrityCheckMibPerSecond'>,
): Background {
  const sweeps = [
    startIntegritySweep({ ...given, days, bytesPerSecondMax: integrityCheckMibPerSecond * mebibyte }),
    startLeftoverSweep(given),
  ];
  return {
    stop: async () => {
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
    },
  };
}
