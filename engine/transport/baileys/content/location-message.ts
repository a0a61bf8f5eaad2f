import type { Content } from '../../transport';
import type { WireMessage } from '../baileys';

/** A place that opens in a map. */
export function locationMessage({
  latitude,
  longitude,
  name,
  address,
}: Extract<Content, { type: 'location' }>): WireMessage {
  return {
    locationMessage: {
      degreesLatitude: latitude,
      degreesLongitude: longitude,
      ...(name === null ? {} : { name }),
      ...(address === null ? {} : { address }),
    },
  };
}
