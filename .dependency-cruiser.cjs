/** Who may import whom. The layers are told in docs/architecture.md; this file is what holds them. */

const rooms = (...names) => `^engine/(${names.join('|')})`;
const SERVICES = [
  'messages/',
  'webhooks/',
  'sessions/',
  'keys/',
  'inbound/',
  'sequences/',
  'opt-outs/',
  'audiences/',
  'campaigns/',
];

/** A room and the rooms of the engine that it may look into. */
function mayOnlyImport(name, ...allowed) {
  return {
    name: `${name.replace(/\W/g, '')}-knows-only-its-own`,
    severity: 'error',
    from: { path: rooms(name) },
    to: { path: '^engine/', pathNot: rooms(name, ...allowed) },
  };
}

/** A library that one room alone may import, so that it can be replaced there. */
function importedOnlyIn(library, ...names) {
  return {
    name: `only-${names.map((name) => name.replace(/\W/g, '')).join('-')}-imports-${library.replace(/\W/g, '')}`,
    severity: 'error',
    from: { path: '^engine/', pathNot: rooms(...names) },
    to: { path: `^node_modules/${library}/` },
  };
}

const LAUNCHER = ['launcher', 'engine-file\\.ts', 'version\\.ts', 'store/lock-'];
const ERRORS = 'errors\\.ts';
const PORTS = ['transport/(transport|session-memory)\\.ts', 'queue/wake-ups\\.ts'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(engine|nodes|credentials)/',
        pathNot: ['\\.d\\.c?ts$', '\\.json$', '^engine/cli/main'],
      },
      to: {},
    },
    mayOnlyImport('domain/'),
    mayOnlyImport('network/', 'domain/', ERRORS),
    mayOnlyImport(
      'media/',
      'domain/',
      'network/',
      'transport/(transport|preview-source|media-source)\\.ts',
      ERRORS,
    ),
    mayOnlyImport('transport/', 'domain/', ERRORS),
    mayOnlyImport('queue/', 'domain/', 'store/database\\.ts', ERRORS),
    mayOnlyImport('store/', 'domain/', ERRORS),
    mayOnlyImport('events/', 'domain/', 'store/', 'network/', ERRORS),
    {
      name: 'services-know-the-base-and-each-other',
      severity: 'error',
      from: { path: rooms(...SERVICES) },
      to: {
        path: '^engine/',
        pathNot: rooms(
          ...SERVICES,
          'domain/',
          'store/',
          'events/',
          'media/',
          'network/',
          'transport/(transport|media-source)\\.ts',
          ERRORS,
        ),
      },
    },
    mayOnlyImport('sending/', ...SERVICES, ...PORTS, 'domain/', 'store/', 'events/', 'media/', ERRORS),
    {
      name: 'api-does-not-send',
      severity: 'error',
      from: { path: rooms('api/') },
      to: {
        path: rooms('sending/', 'transport/', 'queue/', 'cli/', 'index\\.ts'),
        pathNot: rooms('queue/wake-ups\\.ts'),
      },
    },
    {
      name: 'only-the-command-line-imports-the-root',
      severity: 'error',
      from: { path: '^engine/', pathNot: rooms('cli/', 'start\\.ts') },
      to: { path: rooms('index\\.ts', 'start\\.ts') },
    },
    {
      name: 'nodes-know-only-the-launcher',
      severity: 'error',
      from: { path: '^(nodes|credentials)/' },
      to: { path: '^engine/', pathNot: rooms('launcher\\.ts') },
    },
    {
      // It runs inside n8n, which must load nothing else of the engine and none of its libraries.
      name: 'launcher-stands-alone',
      severity: 'error',
      from: { path: rooms(...LAUNCHER) },
      to: { path: '.', pathNot: ['^(node:)?[a-z_/]+$', rooms(...LAUNCHER)] },
    },
    importedOnlyIn('bullmq', 'queue/'),
    // doctor asks the server itself, without a queue.
    importedOnlyIn('ioredis', 'queue/', 'cli/doctor/'),
    importedOnlyIn('@electric-sql', 'store/'),
    importedOnlyIn('@whiskeysockets', 'transport/baileys/'),
    importedOnlyIn('pg-protocol', 'store/'),
    // The queue needs the type of a pool, for BullMQ.
    importedOnlyIn('pg', 'store/', 'queue/'),
    importedOnlyIn('fastify', 'api/'),
    importedOnlyIn('undici', 'network/', 'media/', 'events/'),
    importedOnlyIn('prom-client', 'observability/'),
    {
      name: 'no-dev-dependencies-at-run-time',
      severity: 'error',
      from: { path: '^(engine|nodes|credentials)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: ['n8n-workflow', '@types/'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
