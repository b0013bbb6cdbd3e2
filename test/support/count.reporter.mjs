/** Prints the one closing line `N passed, N failed`; a suite that cannot load counts as a failed test. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${String(results.numPassedTests)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`;
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
