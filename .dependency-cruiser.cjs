/**
 * Who may import whom. `.rooms.json` lists the rooms of the engine from the ground up: a room may import only rooms
 * below it. docs/architecture.md shows the same list, and a test compares the two.
 */

const ROOMS = require('./.rooms.json');

const pattern = (...names) => `^engine/(${names.join('|').replaceAll('.ts', '\\.ts$')})`;

/** No arrow runs back up: a room imports nothing above it. */
const nothingAbove = ROOMS.map((room, floor) => ({
  name: `${room.replace(/\W/g, '-').replace(/-$/, '')}-imports-only-rooms-below-it`,
  severity: 'error',
  from: { path: pattern(room) },
  to: { path: '^engine/', pathNot: pattern(...ROOMS.slice(0, floor + 1)) },
}));

/** A room that knows less than everything below it. */
function mayOnlyImport(name, ...allowed) {
  return {
    name: `${name.replace(/\W/g, '')}-knows-only-its-own`,
    severity: 'error',
    from: { path: pattern(name) },
    to: { path: '^engine/', pathNot: pattern(name, ...allowed) },
  };
}

/** A library that only these rooms may import, so that it can be replaced there. */
function importedOnlyIn(library, ...names) {
  return {
    name: `only-${names.map((name) => name.replace(/\W/g, '')).join('-')}-imports-${library.replace(/\W/g, '')}`,
    severity: 'error',
    from: { path: '^engine/', pathNot: pattern(...names) },
    to: { path: `^node_modules/${library}/` },
  };
}

const GROUND = ['version.ts', 'errors.ts', 'async/', 'domain/'];
/** It runs inside n8n, which must load nothing else of the engine and none of its libraries. */
const LAUNCHER = ['launcher/', 'data-folder/', 'version.ts'];

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
    {
      name: 'every-room-is-in-the-list',
      severity: 'error',
      from: { path: '^engine/', pathNot: pattern(...ROOMS) },
      to: {},
    },
    ...nothingAbove,
    // The ports do not know each other.
    mayOnlyImport('network/', ...GROUND),
    mayOnlyImport('transport/', ...GROUND),
    mayOnlyImport('media/', ...GROUND, 'network/', 'transport/[a-z-]+.ts'),
    mayOnlyImport('store/', ...GROUND, 'data-folder/', 'encryption/'),
    mayOnlyImport('queue/', ...GROUND, 'store/sql/'),
    mayOnlyImport('events/', ...GROUND, 'encryption/', 'network/', 'store/'),
    {
      name: 'api-does-not-send',
      severity: 'error',
      from: { path: pattern('api/') },
      to: {
        path: pattern('sending/', 'transport/', 'queue/'),
        pathNot: pattern('queue/wake-ups.ts'),
      },
    },
    {
      name: 'nodes-know-only-the-launcher',
      severity: 'error',
      from: { path: '^(nodes|credentials)/' },
      to: { path: '^engine/', pathNot: pattern('launcher/index.ts') },
    },
    {
      name: 'launcher-stands-alone',
      severity: 'error',
      from: { path: pattern('launcher/', 'data-folder/') },
      to: { path: '.', pathNot: ['^(node:)?[a-z_/]+$', pattern(...LAUNCHER)] },
    },
    importedOnlyIn('bullmq', 'queue/'),
    // doctor asks the server itself, without a queue.
    importedOnlyIn('ioredis', 'queue/', 'cli/commands/doctor/'),
    importedOnlyIn('@electric-sql', 'store/embedded/'),
    importedOnlyIn('@whiskeysockets', 'transport/baileys/'),
    importedOnlyIn('pg-protocol', 'store/embedded/'),
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
