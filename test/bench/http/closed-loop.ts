// A process of its own that keeps connections busy with the traffic: each asks, waits for the answer, and asks again.
import autocannon, { type Request } from 'autocannon';
import { answerParent, childInput } from './child.js';
import type { ClosedLoop, LoadResult } from './load.js';
import { answered, type CaseWork, steps, trafficHeaders } from './traffic.js';

async function generate({ url, tokens, connections, seconds }: ClosedLoop): Promise<LoadResult> {
  const headers = trafficHeaders(tokens);
  const failures = new Map<string, number>();
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: steps.map((step) => ({
      method: 'POST',
      // autocannon keeps one context for each connection, and empties it when it begins the steps anew.
      setupRequest: (request: Request, work: CaseWork) => {
        const { path, body } = step.ask(work);
        return { ...request, path, headers: headers(work), body: JSON.stringify(body) };
      },
      onResponse: (status: number, body: string, work: object) => {
        if (status < 300) answered(step, work, body);
        else failures.set(`${status} ${body}`, (failures.get(`${status} ${body}`) ?? 0) + 1);
      },
    })),
  });
  const [commonest] = [...failures].toSorted(([, one], [, other]) => other - one);
  return {
    acceptedPerSecond: result['2xx'] / result.duration,
    accepted: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
    failures: `${result.errors} errors, ${result.timeouts} timeouts, most often ${commonest?.[0].slice(0, 500)}`,
  };
}

answerParent(await generate(childInput<ClosedLoop>()));
