/** Lets many callers share one run: those that call while it is under way get its result, or its failure. */
export function shared<T>(run: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= run().finally(() => (underWay = undefined));
    return underWay;
  };
}
