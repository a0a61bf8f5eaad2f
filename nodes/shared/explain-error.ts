/** An error card's two lines: what is wrong, and what to do about it. `code` is the engine's word for it. */
export interface Explanation {
  message: string;
  description: string;
  code?: string;
}

interface ErrorBody {
  error?: {
    code?: string;
    message?: string;
    request_id?: string;
    details?: Array<{ path?: string; message?: string }>;
  };
}

/** What to do about each of the engine's error codes. */
const WHAT_TO_DO: Record<string, string> = {
  invalid_request: 'Correct the field that is named and run the node again.',
  authentication_required:
    'The key is unknown or was revoked. Open the credential, paste a key that "npx n8n-nodes-blueticks keys create" printed, and test it.',
  permission_denied: 'Use a key that has the scope that is named, or make one with "--scopes \'*\'".',
  not_found:
    'Check the ID. A test key sees only what was made with a test key, and a live key only what was made with a live key.',
  idempotency_key_conflict:
    'The same Idempotency Key was used for another message within 24 hours. Use a key of its own for each message, or leave the option out.',
  no_active_session: 'Link your WhatsApp number first: "Test" in the credential says how.',
  ambiguous_session: 'Several numbers are linked. Say in the option "From" which one sends.',
  from_not_linked: 'Link that number, or name in the option "From" one that is linked.',
  conflict: 'Its state does not allow this any more. Look at its status with the operation "Get".',
  payload_too_large: 'Send a smaller file: at most 11 MB from n8n, or give the address of a bigger one.',
  rate_limited: 'Try again later, or turn on "Retry On Fail" in the node\'s settings.',
  unavailable:
    'Nothing was accepted, so it is safe to try again. Look at the engine\'s log, or turn on "Retry On Fail" in the node\'s settings.',
  internal_error: "Look at the engine's log for the request's ID.",
};

/** Explains a response with an error status. */
export function refusal(status: number, body: unknown, baseUrl: string): Explanation {
  const error = (bodyObject(body) as ErrorBody | undefined)?.error;
  if (!error?.message) return strangeAnswer(baseUrl, status);
  const code = error.code ?? '';
  const faults = (error.details ?? []).map((detail) => `${detail.path || 'body'}: ${detail.message}`);
  const parts = [
    WHAT_TO_DO[code] ?? '',
    faults.length > 1 ? `Faults: ${faults.join('; ')}.` : '',
    error.request_id ? `(Request ${error.request_id})` : '',
  ];
  return { message: error.message, description: parts.filter(Boolean).join(' '), code };
}

/** Something answers at the address, and it is not the engine. */
export function strangeAnswer(baseUrl: string, status?: number): Explanation {
  return {
    message: `What answers at ${baseUrl} is not a Blueticks engine`,
    description: `${status ? `It answered with status ${status}. ` : ''}Check the Base URL in the credential: it is the address that the engine prints when it starts, such as http://127.0.0.1:7717.`,
  };
}

/** Nothing answered at all. */
export function unreachable(error: unknown, baseUrl: string): Explanation {
  const code = errorCodeOf(error);
  const cause = code ?? (error instanceof Error ? error.message : String(error));
  const inContainer = /\/\/(localhost|127\.|\[::1\])/.test(baseUrl)
    ? " When n8n runs in Docker, this address means the container itself: use the address of the machine or of the engine's container."
    : '';
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') {
    return {
      message: `The Blueticks engine at ${baseUrl} did not answer in time`,
      description: `Check that the engine runs and is not overloaded, then try again. (${cause})${inContainer}`,
    };
  }
  return {
    message: `The Blueticks engine at ${baseUrl} cannot be reached`,
    description: `Start the engine ("npx n8n-nodes-blueticks"), or correct the Base URL in the credential.${inContainer} (${cause})`,
  };
}

/** The network's word for what went wrong (ECONNREFUSED, …), from whichever level n8n left it on. */
export function errorCodeOf(error: unknown): string | undefined {
  let level = error as
    { code?: unknown; errorCode?: unknown; cause?: unknown; context?: unknown } | undefined;
  for (let depth = 0; level && depth < 5; depth += 1) {
    if (typeof level.code === 'string' && /^E[A-Z_]+$/.test(level.code)) return level.code;
    level = level.cause as typeof level;
  }
  const text = error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : '';
  return /\bE(CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|NOTFOUND|HOSTUNREACH|AI_AGAIN)\b/.exec(text)?.[0];
}

function bodyObject(body: unknown): object | undefined {
  if (Buffer.isBuffer(body)) {
    try {
      return JSON.parse(body.toString('utf8')) as object;
    } catch {
      return undefined;
    }
  }
  return typeof body === 'object' && body !== null ? body : undefined;
}
