/** What was answered about one state of a session: little, and kept where what it was worked out from is not. */
export class Verdicts {
  /** Answers by question. */
  readonly answers = new Map<string, unknown>()
  /** What a proof took for proved and turned out not to be, and whether because a table may hold any rows: it has to do without. */
  readonly doubted = new Map<string, boolean>()
}
