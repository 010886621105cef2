import { type Refusal, refusals } from '#domain';

const byCode: ReadonlyMap<string, Refusal> = new Map(Object.entries(refusals));

export const refusalCodes: readonly string[] = [...byCode.keys()];

export function refusalOf(code: string): Refusal | undefined {
  return byCode.get(code);
}
