import { stopAll } from './stops.js';

test('everything is stopped, what was started last first, whatever comes of the others', async () => {
  const stopped: string[] = [];
  const stop =
    (name: string, outcome: () => Promise<void> = () => Promise.resolve()) =>
    () => {
      stopped.push(name);
      return outcome();
    };
  const fails = (message: string) => () => Promise.reject(new Error(message));
  const all = stopAll(
    [
      stop('database'),
      stop('store', fails('store is stuck')),
      stop('views', fails('views are stuck')),
      stop('api'),
    ],
    100,
  );
  await expect(all).rejects.toThrow('views are stuck; store is stuck');
  expect(stopped).toEqual(['api', 'views', 'store', 'database']);
});
