/** Where traces go, from the standard variables of OpenTelemetry. */
export interface TraceSettings {
  /** The whole URL. */
  url: string;
  headers: Record<string, string>;
  /** For how long one request may take. */
  timeoutMs: number;
  /** Of the resource, with `service.name`. */
  resource: Record<string, string>;
  sampler: { followsParent: boolean; /** From 0 to 1. */ ratio: number };
  /** Spans that wait to be sent, spans in one request, and how long they wait. */
  queue: { most: number; atOnce: number; everyMs: number };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that OpenTelemetry names for every program. As it demands, a value that cannot be used counts as
 * absent.
 * @param endpoint OTEL_EXPORTER_OTLP_ENDPOINT, to which the path of traces is added
 * @returns null if no traces are wanted
 */
export function readTraceSettings(endpoint: string | null, env: Environment): TraceSettings | null {
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim();
  const url = own || (endpoint && `${endpoint.replace(/\/+$/, '')}/v1/traces`);
  if (!url || !URL.canParse(url)) return null;
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return null;
  const whole = (name: string, absent: number): number => {
    const value = env[name]?.trim() ?? '';
    return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : absent;
  };
  const most = whole('OTEL_BSP_MAX_QUEUE_SIZE', 2048);
  return {
    url,
    headers: {
      ...readList(env.OTEL_EXPORTER_OTLP_HEADERS),
      ...readList(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
    },
    timeoutMs: whole('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', whole('OTEL_EXPORTER_OTLP_TIMEOUT', 10_000)),
    resource: {
      'service.name': 'blueticks-engine',
      ...readList(env.OTEL_RESOURCE_ATTRIBUTES),
      ...(env.OTEL_SERVICE_NAME ? { 'service.name': env.OTEL_SERVICE_NAME } : {}),
    },
    sampler: readSampler(env),
    queue: {
      most,
      atOnce: Math.min(most, whole('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512)),
      everyMs: whole('OTEL_BSP_SCHEDULE_DELAY', 5_000),
    },
  };
}

function readSampler(env: Environment): TraceSettings['sampler'] {
  const name = env.OTEL_TRACES_SAMPLER ?? '';
  const followsParent = !/^(always_on|always_off|traceidratio)$/.test(name);
  if (name.endsWith('always_off')) return { followsParent, ratio: 0 };
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || NaN);
  const isRatio = name.endsWith('traceidratio') && ratio >= 0 && ratio <= 1;
  return { followsParent, ratio: isRatio ? ratio : 1 };
}

/** `a=1,b=2`, with percent-encoded values. */
function readList(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    return name ? [[name, decode(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
