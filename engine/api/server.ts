import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { lazy } from '../async/lazy';
import { newId } from '../domain/ids';
import { withAllFaults } from './all-faults';
import { authenticate } from './authenticate';
import type { ApiContext } from './context';
import { ARRIVAL_LIMITS, limitArrival } from './edge/arrival';
import { limitBodies } from './edge/body-room';
import { limitConnections, SILENCE_MS } from './edge/connections';
import { refuseEncodedBodies } from './edge/encoded-bodies';
import { requireTrustedHost } from './edge/trusted-host';
import { answerClientError, sendError } from './error-envelope';
import { acceptJson, refuseStrayBody } from './json-body';
import { refuseWithoutRoom } from './refuse-without-room';
import { accountRoutes } from './routes/account';
import { audienceImportRoute } from './routes/audience-import';
import { audienceRoutes } from './routes/audiences';
import { campaignRoutes } from './routes/campaigns';
import { chatActRoutes } from './routes/chat-acts';
import { chatRoutes } from './routes/chats';
import { olderMessageRoutes } from './routes/older-messages';
import { contactRoutes } from './routes/contacts';
import { controlRoutes } from './routes/control';
import { groupRoutes } from './routes/groups';
import { mediaRoutes } from './routes/media';
import { messageRoutes } from './routes/messages';
import { newsletterRoutes } from './routes/newsletters';
import { optOutRoutes } from './routes/opt-outs';
import { peopleRoutes } from './routes/people';
import { processRoutes } from './routes/process';
import { recurrenceRoutes } from './routes/recurrences';
import { sequenceRoutes } from './routes/sequences';
import { sessionRoutes } from './routes/sessions';
import { webhookRoutes } from './routes/webhooks';
import { addressOf, FailedKeys, limitRate } from './rate-limits';
import { schemaCompilers } from './schema-compilers';
import { traceRequests } from './trace-requests';
import { answerUnknownPaths } from './unknown-paths';

const BODY_LIMIT = 16 * 1024 * 1024;
const CHECK_HEADERS_MS = 5_000;

/** Loaded on the first request for the document. */
const openApi = lazy<typeof import('./openapi')>(require, './openapi');

/** Builds the HTTP server. It does not listen yet. */
export async function createServer(context: ApiContext, logger: FastifyBaseLogger): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: BODY_LIMIT,
    genReqId: () => newId('request'),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: 'idle',
    connectionTimeout: SILENCE_MS,
    http: { headersTimeout: ARRIVAL_LIMITS.headersMs, connectionsCheckingInterval: CHECK_HEADERS_MS },
    trustProxy: context.config.trustedProxies.length > 0 ? [...context.config.trustedProxies] : false,
    // Requests that arrived before the end are answered, then their connections are closed.
    return503OnClosing: false,
    frameworkErrors: sendError,
    clientErrorHandler: answerClientError,
    schemaController: schemaCompilers,
  });
  app.setErrorHandler(async (error, request, reply) =>
    sendError(await withAllFaults(error, request), request, reply),
  );
  acceptJson(app);
  limitConnections(app.server);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  if (context.tracer) traceRequests(app, context.tracer);
  // What can be told from the headers, cheapest first.
  requireTrustedHost(app, context.config);
  answerUnknownPaths(app);
  refuseEncodedBodies(app);
  limitBodies(app, BODY_LIMIT);
  limitArrival(app);
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
    };
    context.metrics.requests.observe(labels, reply.elapsedTime / 1000);
  });

  const addRoutes = routesOf(context);
  await addRoutes(app);
  let document: Promise<object> | undefined;
  app.get('/openapi.json', async () => {
    return (document ??= openApi().describeRoutes(addRoutes));
  });
  return app;
}

function routesOf(context: ApiContext): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    await app.register(processRoutes(context));
    await app.register(controlRoutes(context), { prefix: '/control' });
    await app.register(signedRoutes(context), { prefix: '/v1/media' });
    await app.register(apiRoutes(context), { prefix: '/v1' });
  };
}

function signedRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (media) => {
    await limitRate(media, context.config, addressOf, 'this address');
    await media.register(mediaRoutes(context));
  };
}

function apiRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const failedKeys = new FailedKeys(context.config.rateLimit !== null, () => context.clock.now());
  return async (v1) => {
    v1.decorateRequest('key');
    v1.addHook('onRequest', (request) => authenticate(request, context.keys, failedKeys));
    await limitRate(v1, context.config, ({ key }) => key.id, 'this key');
    v1.addHook('onRequest', async (request) => refuseWithoutRoom(request, context.database.room));
    v1.addHook('preValidation', refuseStrayBody);
    await v1.register(accountRoutes(context));
    await v1.register(messageRoutes(context), { prefix: '/scheduled-messages' });
    await v1.register(messageRoutes(context), { prefix: '/messages' });
    await v1.register(audienceRoutes(context), { prefix: '/audiences' });
    await v1.register(audienceImportRoute(context), { prefix: '/audiences' });
    await v1.register(campaignRoutes(context), { prefix: '/campaigns' });
    await v1.register(sequenceRoutes(context), { prefix: '/sequences' });
    await v1.register(recurrenceRoutes(context), { prefix: '/recurrences' });
    await v1.register(optOutRoutes(context), { prefix: '/opt-outs' });
    await v1.register(peopleRoutes(context), { prefix: '/people' });
    await v1.register(webhookRoutes(context), { prefix: '/webhooks' });
    await v1.register(sessionRoutes(context), { prefix: '/sessions' });
    await v1.register(chatRoutes(context), { prefix: '/chats' });
    await v1.register(groupRoutes(context), { prefix: '/groups' });
    await v1.register(olderMessageRoutes(context), { prefix: '/chats' });
    await v1.register(newsletterRoutes(context), { prefix: '/newsletters' });
    await v1.register(chatActRoutes(context), { prefix: '/chats' });
    await v1.register(contactRoutes(context));
  };
}
