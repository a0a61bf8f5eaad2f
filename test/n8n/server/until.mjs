/** Waits until `check` returns something truthy, and returns it. Fails with `what` after `timeoutMs`. */
export async function until(what, check, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > deadline)
      throw new Error(`Timed out after ${timeoutMs / 1000} s, waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
