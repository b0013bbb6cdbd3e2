/** Prints the one closing line `N passed, N failed`; a suite that cannot load counts as a failed test. */
export default class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number,
   *   numPendingTests: number, numTodoTests: number }} results
   */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = skipped > 0 ? [`${String(skipped)} skipped`] : [];
    lines.push(`${String(results.numPassedTests)} passed, ${String(failed)} failed`);
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}
