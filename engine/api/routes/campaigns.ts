import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  CampaignSchema,
  CreateCampaignSchema,
  ForecastSchema,
  ForeseenCampaignSchema,
  PreviewedSchema,
  PreviewSchema,
  type CreateCampaign,
  type Preview,
} from '../../campaigns/campaign-schema';
import {
  cancelCampaign,
  getCampaign,
  getCampaigns,
  pauseCampaign,
  resumeCampaign,
} from '../../campaigns/campaigns';
import {
  createCampaign,
  prepareCampaign,
  readCampaign,
  type PreparedCampaign,
} from '../../campaigns/create-campaign';
import { withWaits } from '../../campaigns/campaign-waits';
import { Forecasts } from '../../campaigns/forecasts';
import { previewCampaign, readPreviewed } from '../../campaigns/preview';
import { CampaignReportSchema, reportOf } from '../../campaigns/report';
import { ID_PREFIXES } from '../../domain/ids';
import type { Mode } from '../../domain/mode';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const idParams = z.object({ id: z.string().max(64) });
const tags = ['campaigns'];
const STEERING = { pause: pauseCampaign, resume: resumeCampaign, cancel: cancelCampaign };

/** `/v1/campaigns` */
export function campaignRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database, clock, config, pacingSpeeds, waiting } = context;
  const options = { allowPrivateMedia: config.allowPrivateMedia };
  const forecasts = new Forecasts(database, pacingSpeeds);
  const now = (): Date => new Date(clock.now());
  const shown = <Campaign extends { id: string }>(mode: Mode, campaigns: readonly Campaign[]) =>
    withWaits(database, mode, campaigns, waiting, now());
  const prepare = (mode: Mode, body: CreateCampaign): Promise<PreparedCampaign> =>
    prepareCampaign(database, mode, body, now(), forecasts, options);
  const rules = (body: CreateCampaign, mode: Mode) => readCampaign(database, mode, body, now(), options);
  const rulesOfPreview = (body: Preview, mode: Mode) =>
    (body.to ?? body.audience_id) !== undefined && readPreviewed(database, mode, body);
  const read = { scope: 'campaigns:read' };
  const write = { scope: 'campaigns:write' };

  return async (app) => {
    app.post(
      '/',
      {
        config: { ...write, rules },
        schema: { tags, body: CreateCampaignSchema, response: { 201: ForeseenCampaignSchema } },
      },
      (request, reply) => {
        const { body, key } = request;
        return createOnce(
          context,
          request,
          reply,
          'create campaign',
          async (work, prepared: PreparedCampaign | undefined) => {
            const created = await createCampaign(work, key.mode, body, prepared, options);
            return (await withWaits(work.sql, key.mode, [created], waiting, work.now))[0]!;
          },
          () => prepare(key.mode, body),
        );
      },
    );

    app.post(
      '/forecast',
      {
        config: { ...read, rules },
        schema: { tags, body: CreateCampaignSchema, response: { 200: ForecastSchema } },
      },
      async ({ key, body }) => (await prepare(key.mode, body)).forecast,
    );

    app.post(
      '/preview',
      {
        config: { ...read, rules: rulesOfPreview },
        schema: { tags, body: PreviewSchema, response: { 200: PreviewedSchema } },
      },
      ({ key, body }) => previewCampaign(database, key.mode, body),
    );

    app.get(
      '/',
      {
        config: read,
        schema: { tags, querystring: z.strictObject(pageQuery), response: { 200: pageOf(CampaignSchema) } },
      },
      async ({ key, query }) => {
        const page = await readPage(
          query,
          ID_PREFIXES.campaign,
          (limit, before) => getCampaigns(database, key.mode, limit, before),
          (campaign) => campaign,
        );
        return { ...page, data: await shown(key.mode, page.data) };
      },
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params: idParams, response: { 200: ForeseenCampaignSchema } } },
      async ({ key, params }) => {
        const campaign = await getCampaign(database, key.mode, params.id, forecasts, now());
        return (await shown(key.mode, [campaign]))[0]!;
      },
    );

    app.get(
      '/:id/report',
      { config: read, schema: { tags, params: idParams, response: { 200: CampaignReportSchema } } },
      ({ key, params }) => reportOf(database, key.mode, params.id),
    );

    for (const [name, steer] of Object.entries(STEERING)) {
      app.post(
        `/:id/${name}`,
        { config: write, schema: { tags, params: idParams, response: { 200: CampaignSchema } } },
        async ({ key, params }) => {
          const campaign = await transact((work) => steer(work, key.mode, params.id));
          return (await shown(key.mode, [campaign]))[0]!;
        },
      );
    }
  };
}
