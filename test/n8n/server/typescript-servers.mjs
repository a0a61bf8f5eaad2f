import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('../../support/servers/typescript-hook.cjs');

/** The servers of the other tests. Missing programs are installed; each server runs on a free port. */
export const { installServers } = require('../../support/servers/install-servers.ts');
export const { startPostgresServer } = require('../../support/servers/postgres-server.ts');
export const { startRedisServer } = require('../../support/servers/redis-server.ts');
export const { findProgram } = require('../../support/servers/child-server.ts');

/** The engine that works in a data folder and answers, or null. */
export const { findRunningEngine } = require('../../../engine/data-folder/running-engine.ts');

/** The WhatsApp simulator. */
export const { startWhatsApp } = require('../../wire/whatsapp.ts');

/** A proxy in a process of its own, and the address that it connects from. */
export const { ProxyProcess } = require('../../support/proxy/proxy-process.ts');
export const { PROXY_ADDRESS } = require('../../support/proxy/proxy-settings.ts');
