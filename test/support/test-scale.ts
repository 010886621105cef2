/** How much the slow tests do: 1 for the everyday run, more for one that goes on for long. */
export const testScale = Number(process.env.INQUEST_TEST_SCALE ?? 1);
