/** A table whose rows are forgotten some time after they are over. */
export interface Prunable {
  /** Removes up to `limit` rows that are over for more than `days`, and says how many. */
  prune(days: number, limit: number): Promise<number>;
}
