/** Calls what is somebody else's: whether it throws, now or later, is not the writer's business. */
export function undisturbed(tell: () => unknown): void {
  try {
    Promise.resolve(tell()).catch(() => undefined)
  } catch {
    // As above.
  }
}
