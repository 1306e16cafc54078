/** Calls `f` once things have been quiet for `wait` ms, with the arguments of the last call. */
export function debounce(f, wait, clock = globalThis) {
  let timer = null;
  return (...args) => {
    if (timer) return;
    timer = clock.setTimeout(() => {
      timer = null;
      f(...args);
    }, wait);
  };
}
