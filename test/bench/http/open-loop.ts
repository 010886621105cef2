// A process of its own that asks at a steady rate, whatever the server does: a request that is due while others wait is
// sent all the same, and its time counts from when it was due. Else a server that stops for a second would be asked
// less often meanwhile, and look fast (coordinated omission).
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.js';
import { answerParent, childInput } from './child.js';
import type { LatencyResult, OpenLoop } from './load.js';
import { nowMs } from './visible.js';
import { answered, type CaseWork, steps, trafficHeaders } from './traffic.js';

/** A case whose last request has been answered, and the step that comes next. */
interface Ready {
  readonly work: CaseWork;
  readonly next: number;
}

async function generate({ url, tokens, perSecond, seconds }: OpenLoop): Promise<LatencyResult> {
  const agent = new Agent({ keepAlive: true });
  const headers = trafficHeaders(tokens);
  const ready: Ready[] = [];
  const latenciesMs: number[] = [];
  const acknowledged: { position: string; at: number }[] = [];
  const failures: string[] = [];

  const send = async (dueAt: number): Promise<void> => {
    const { work, next } = ready.shift() ?? { work: {}, next: 0 };
    const step = steps[next];
    if (step === undefined) return;
    const { path, body } = step.ask(work);
    try {
      const options = { method: 'POST' as const, agent, headers: headers(work) };
      const answer = await ask(new URL(path, url), options, JSON.stringify(body));
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.body}`);
      latenciesMs.push(performance.now() - dueAt);
      const { position }: { position: string } = JSON.parse(answer.body);
      acknowledged.push({ position, at: nowMs() });
      answered(step, work, answer.body);
      if (next + 1 < steps.length) ready.push({ work, next: next + 1 });
    } catch (error) {
      failures.push(String(error));
    }
  };

  const begun = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < perSecond * seconds) {
    const dueAt = begun + (sent.length * 1000) / perSecond;
    if (performance.now() < dueAt) await delay(1);
    else sent.push(send(dueAt));
  }
  await Promise.all(sent);
  agent.destroy();
  const elapsedSeconds = (performance.now() - begun) / 1000;
  return {
    accepted: latenciesMs.length,
    acceptedPerSecond: latenciesMs.length / elapsedSeconds,
    failed: failures.length,
    failures: failures[0]?.slice(0, 500) ?? '',
    latenciesMs,
    acknowledged,
  };
}

answerParent(await generate(childInput<OpenLoop>()));
