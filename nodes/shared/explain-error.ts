/** The two lines of n8n's error card: what is wrong, and what to do. `code` is the engine's own error code. */
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
  invalid_request: 'Correct the field named above and run the node again.',
  authentication_required:
    'The key is unknown or was revoked. Create one with "npx n8n-nodes-blueticks keys create". Open the credential, paste the new key, and test it.',
  permission_denied: 'Use a key that has the scope named above, or create one with "--scopes \'*\'".',
  not_found:
    'Check the ID. A test key only sees what was created with a test key; a live key only sees what was created with a live key.',
  idempotency_key_conflict:
    'The same Idempotency Key was used for a different message in the last 24 hours. Use a different key for each message, or leave the option out.',
  no_active_session: 'Link your WhatsApp number first. "Test" in the credential tells you how.',
  ambiguous_session: 'Several numbers are linked. Choose the sender with the option "From".',
  from_not_linked: 'Link that number, or use a linked one in the option "From".',
  conflict: 'Its current state does not allow this. Check its status with the operation "Get".',
  payload_too_large: 'Send a smaller file (at most 11 MB from n8n), or give the URL of the file instead.',
  rate_limited: 'Try again later, or turn on "Retry On Fail" in the node\'s settings.',
  unavailable:
    'Nothing was accepted, so it is safe to try again. Check the engine\'s log, or turn on "Retry On Fail" in the node\'s settings.',
  internal_error: "Look for the request ID in the engine's log.",
};

/** Explains a response with an error status. */
export function refusal(status: number, body: unknown, baseUrl: string): Explanation {
  const error = (bodyObject(body) as ErrorBody | undefined)?.error;
  if (!error?.message) return unexpectedAnswer(baseUrl, status);
  const code = error.code ?? '';
  const faults = (error.details ?? []).map(({ path, message }) =>
    `${path || 'The body'} ${message}`.replace(/\.?$/, '.'),
  );
  const parts = [
    WHAT_TO_DO[code] ?? '',
    faults.length > 1 ? faults.join(' ') : '',
    error.request_id ? `(Request ${error.request_id})` : '',
  ];
  return { message: error.message, description: parts.filter(Boolean).join(' '), code };
}

/** Something other than the engine answered. */
export function unexpectedAnswer(baseUrl: string, status?: number): Explanation {
  return {
    message: `The server at ${baseUrl} is not a Blueticks engine`,
    description: `${status ? `It answered with status ${status}. ` : ''}Check the Base URL in the credential. The engine prints it when it starts, for example http://127.0.0.1:7717.`,
  };
}

/** Nothing answered. */
export function unreachable(error: unknown, baseUrl: string): Explanation {
  const code = errorCodeOf(error);
  const cause = code ?? (error instanceof Error ? error.message : String(error));
  const inContainer = /\/\/(localhost|127\.|\[::1\])/.test(baseUrl)
    ? " If n8n runs in Docker, this address means n8n's own container. Use the address of the machine or container that runs the engine."
    : '';
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') {
    return {
      message: `The Blueticks engine at ${baseUrl} did not answer in time`,
      description: `Check that the engine is running and not overloaded, then try again.${inContainer} (${cause})`,
    };
  }
  return {
    message: `The Blueticks engine at ${baseUrl} cannot be reached`,
    description: `Start the engine ("npx n8n-nodes-blueticks"), or correct the Base URL in the credential.${inContainer} (${cause})`,
  };
}

/** The system's code for a network error (ECONNREFUSED, …), at whatever depth n8n left it. */
export function errorCodeOf(error: unknown): string | undefined {
  let level = error as { code?: unknown; cause?: unknown } | undefined;
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
