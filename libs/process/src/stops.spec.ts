import { stopAll, type Stops } from './stops.js';

function suite() {
  const stopped: string[] = [];
  const stop = (name: string, outcome: () => Promise<void> = () => Promise.resolve()): Stops[number] => [
    name,
    () => {
      stopped.push(name);
      return outcome();
    },
  ];
  return { stopped, stop };
}

test('everything is stopped, what was started last first, whatever comes of the others', async () => {
  const { stopped, stop } = suite();
  const fails = (message: string) => () => Promise.reject(new Error(message));
  const all = stopAll(
    [stop('database'), stop('store', fails('is stuck')), stop('views', fails('are stuck')), stop('api')],
    100,
  );
  await expect(all).rejects.toThrow(
    'views did not stop in order: are stuck; store did not stop in order: is stuck',
  );
  expect(stopped).toEqual(['api', 'views', 'store', 'database']);
});

test('what hangs is named and left behind in the end, and the rest is told to stop before that', async () => {
  const { stopped, stop } = suite();
  const hangs = () => new Promise<void>(() => {});
  const all = stopAll([stop('database'), stop('store', hangs), stop('views', hangs), stop('api')], 10, 20);
  await expect(all).rejects.toThrow(
    'views did not stop within 50 ms and was left behind; store did not stop within 50 ms',
  );
  expect(stopped).toEqual(['api', 'views', 'store', 'database']);
});
