import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { readConfig } from '#config';
import { demoIssuer, roles } from '#access';

// The image and the compose files, as far as they can be checked without running them: there is a container engine on few
// machines. That they work was tried from outside; docs/deploying.md says with what.

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes?: Readonly<Record<string, null>>;
}

const read = (path: string) => readFileSync(path, 'utf8');
const composeOf = (path: string): Compose => parse(read(path), { merge: true });
const base = composeOf('infra/compose.yaml');
const demo = composeOf('infra/compose.demo.yaml');
const dockerfile = read('infra/Dockerfile');
const services = [base, demo].flatMap(({ services: all }) => Object.entries(all));
const ours = Object.entries(base.services).filter(([, { image }]) => image === '${APP_IMAGE:-inquest}');
const imageSettings = Object.fromEntries(
  [...dockerfile.matchAll(/^ENV (.*)$/gm)]
    .flatMap(([, line = '']) => line.split(' '))
    .map((pair) => pair.split('=')),
);

/** What the image and the compose files give a service, and no secret. */
function environmentOf(name: string): Record<string, string> {
  const given = {
    ...imageSettings,
    ...base.services[name]?.environment,
    ...demo.services[name]?.environment,
  };
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
}

describe('compose', () => {
  test.each(ours.map(([name]) => name))(
    'gives %s variables that there are, and values that they take',
    (name) => {
      const environment = Object.entries(environmentOf(name));
      const settings = environment.filter(([key]) => !key.endsWith('_FILE'));
      const secrets = environment.filter(([key]) => key.endsWith('_FILE')).map(([key]) => [key, '']);
      expect(readConfig(Object.fromEntries([...settings, ...secrets])).unknownNames).toEqual([]);
    },
  );

  test('mounts every secret that a service names, and every volume', () => {
    for (const [name, { environment = {}, secrets = [], volumes = [] }] of services) {
      const files = Object.values(environment).filter((value) => String(value).startsWith('/run/secrets/'));
      const mounted = [...secrets, ...(base.services[name]?.secrets ?? [])];
      expect([name, mounted]).toEqual([
        name,
        expect.arrayContaining(files.map((file) => String(file).replace('/run/secrets/', ''))),
      ]);
      for (const secret of secrets) expect({ ...base.secrets, ...demo.secrets }).toHaveProperty(secret);
      for (const volume of volumes.map((mount) => mount.split(':')[0] ?? ''))
        expect(volume.startsWith('.') ? existsSync(`infra/${volume}`) : volume in (base.volumes ?? {})).toBe(
          true,
        );
    }
  });

  test('names secrets that make-secrets.sh makes, and git does not see', () => {
    const script = read('infra/make-secrets.sh');
    for (const [name, { file }] of Object.entries({ ...base.secrets, ...demo.secrets })) {
      expect(file).toBe(`\${SECRETS_DIR:-./secrets}/${name}`);
      expect(script).toContain(name);
    }
    expect(read('.gitignore').split('\n')).toEqual(
      expect.arrayContaining(['infra/secrets/', 'infra/inquest.env']),
    );
  });

  test('starts roles that there are', () => {
    const commands = ours.map(([, { command = [] }]) => command);
    expect(commands).toEqual([
      ['sh', '-c', 'inquest migrate && inquest topics apply'],
      ['api'],
      ['relay'],
      ['projector'],
    ]);
    for (const role of ['api', 'relay', 'projector', 'cli'])
      expect(existsSync(`apps/${role}/src/main.ts`)).toBe(true);
  });

  test('agrees about ports and names with the image, with Kafka and with the identity provider', () => {
    const port = imageSettings['INQUEST_PORT'];
    expect(dockerfile).toContain(`EXPOSE ${port}\n`);
    expect(base.services['api']?.ports).toEqual([`127.0.0.1:\${API_PORT:-4000}:${port}`]);
    const { KAFKA_ADVERTISED_LISTENERS: listeners } = base.services['kafka']?.environment ?? {};
    for (const [name] of ours)
      expect(String(listeners)).toContain(`INTERNAL://${environmentOf(name)['INQUEST_KAFKA_BROKERS']},`);
    const { INQUEST_OIDC_ISSUER: issuer, INQUEST_OIDC_JWKS_URL: keys = '' } = environmentOf('api');
    const { realm } = JSON.parse(read('infra/keycloak/realm.json'));
    expect(issuer).toBe(`${demo.services['keycloak']?.environment?.['KC_HOSTNAME']}/realms/${realm}`);
    expect(demo.services).toHaveProperty(new URL(keys).hostname);
    expect(new URL(keys).pathname).toMatch(new RegExp(`^/realms/${realm}/`));
  });

  test('runs the Kafka that tests run, and a Node that package.json allows', () => {
    const version = /<artifactId>kafka_2.13<\/artifactId>\s+<version>(.*)<\/version>/.exec(
      read('infra/kafka/pom.xml'),
    )?.[1];
    expect(base.services['kafka']?.image).toContain(`/apache/kafka:${version}}`);
    expect(read('test/support/docker.ts')).toContain(`'apache/kafka:${version}'`);
    const node = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1] ?? '';
    expect(read('infra/compose.yaml')).toContain(`\${NODE_IMAGE:-${node}}`);
    const { engines } = JSON.parse(read('package.json'));
    expect(Number(/node:(\d+)/.exec(node)?.[1])).toBeGreaterThanOrEqual(parseInt(engines.node.slice(2), 10));
  });
});

describe('the image', () => {
  test('is made of files that are there and that .dockerignore lets through', () => {
    const letThrough = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(?:--\S+ )*(.*) \S+$/gm)].flatMap(
      ([, from = '']) => from.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const file of copied) {
      expect([file, existsSync(file)]).toEqual([file, true]);
      expect(letThrough).toContain(file);
    }
    // What the build reads beside the sources.
    const { include } = JSON.parse(read('tsconfig.build.json'));
    expect(letThrough).toEqual(expect.arrayContaining(include));
  });

  test('has a command for every app, and each of them is started by its main file', () => {
    for (const app of readdirSync('apps').filter((name) => name !== 'standalone'))
      expect([app, existsSync(`apps/${app}/src/main.ts`)]).toEqual([app, true]);
  });
});

test('the identity provider of the demonstration knows the demo users and no others', async () => {
  const { users: demoUsers } = await demoIssuer({
    issuerUrl: 'http://127.0.0.1/demo',
    audience: 'inquest',
    password: 'of no use here',
    listenHost: '127.0.0.1',
  });
  const realm = JSON.parse(read('infra/keycloak/realm.json'));
  expect(realm.roles.realm.map(({ name }: { name: string }) => name)).toEqual(roles);
  const users: readonly Record<string, unknown>[] = realm.users;
  expect(users.map(({ id, username, realmRoles }) => ({ id, username, realmRoles }))).toEqual(
    demoUsers.map(({ subject, username, role }) => ({ id: subject, username, realmRoles: [role] })),
  );
});
