/** The processes of n8n's queue mode that do the work which n8n itself takes in, on any machine. */
const HELPERS = ['worker', 'webhook'] as const;

/**
 * Which of n8n's helpers this process is (`n8n worker`, `n8n webhook`), or nothing for n8n itself. n8n tells it from
 * the same argument.
 */
export function n8nHelper(): (typeof HELPERS)[number] | undefined {
  return HELPERS.find((name) => name === process.argv[2]);
}
