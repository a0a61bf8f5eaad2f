import { z } from 'zod';
import { DAYS_TOLD } from '../../domain/pacing/forecast/forecast';

/** When a campaign will have sent its last message, as the API shows it. */
export const ForecastSchema = z.object({
  completes_at: z
    .string()
    .nullable()
    .describe('when the last message is expected to go; null: the settings never let it'),
  limited_by: z
    .enum([
      'min_gap',
      'per_minute',
      'per_hour',
      'per_day',
      'new_contacts_per_day',
      'warm_up',
      'slowdown',
      'quiet_hours',
      'campaign_pacing',
      'restriction',
      'send_window',
      'send_at',
    ])
    .nullable()
    .describe('what most of the time is spent waiting for; null: nothing holds it up'),
  per_day: z
    .array(z.int())
    .describe(`messages of the campaign in each 24 hours from now, for ${DAYS_TOLD} days at most`),
  contact_count: z.int().describe('its messages that are still to go'),
  new_contact_count: z.int().describe('of these, to people never written to'),
  ahead_count: z.int().describe('messages of others that go before and between them'),
});
export type ShownForecast = z.output<typeof ForecastSchema>;
