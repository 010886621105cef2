#!/usr/bin/env node
// In the image: `healthcheck /readyz` succeeds when the role in this container answers that it is ready. No curl is needed.
const path = process.argv[2] ?? '/livez';
const response = await fetch(`http://127.0.0.1:${process.env.INQUEST_PORT}${path}`);
if (response.ok) process.exit(0);
console.error((await response.text()).slice(0, 1_000));
process.exit(1);
