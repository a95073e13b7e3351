import type { Facts } from './facts'
import { portionsOf } from './portions'
import type { Hit, Rule, Text, Verdict } from './rule'

/** What each rule says, in the order of the rules. */
export function verdictsOf(
  rules: readonly Rule[],
  facts: Facts,
  options: { readonly told?: ((code: string) => void) | undefined; readonly portion?: number } = {},
): { readonly rule: Rule; readonly verdict: Verdict }[] {
  const runs = rules.map((rule) => new Run(rule))
  const inPortions = runs.filter(({ rule }) => rule.oneByOne || rule.gather)
  for (const portion of portionsOf(facts, options.portion)) {
    for (const run of inPortions) {
      run.take(portion)
      options.told?.(run.rule.code)
    }
  }
  return runs.map((run) => {
    const verdict = run.end(facts)
    options.told?.(run.rule.code)
    return { rule: run.rule, verdict }
  })
}

/** One rule on its way through the portions. */
class Run {
  readonly rule: Rule
  readonly #gathered: unknown[] = []
  readonly #hits: Hit[] = []
  readonly #unknown = new Set<Text>()
  #checked = 0
  #failed: Verdict | null = null

  constructor(rule: Rule) {
    this.rule = rule
  }

  take(portion: Facts) {
    this.#try(() => {
      if (this.rule.gather) for (const item of this.rule.gather(portion)) this.#gathered.push(item)
      else this.#add(this.rule.check(portion.snapshot, portion, []))
    })
  }

  end(facts: Facts): Verdict {
    if (!this.rule.oneByOne)
      this.#try(() => this.#add(this.rule.check(facts.snapshot, facts, this.#gathered)))
    return this.#failed ?? { hits: this.#hits, checked: this.#checked, unknown: [...this.#unknown] }
  }

  #add(verdict: Verdict) {
    verdict.hits.forEach((hit) => this.#hits.push(hit))
    verdict.unknown.forEach((text) => this.#unknown.add(text))
    this.#checked += verdict.checked
  }

  #try(work: () => void) {
    if (this.#failed) return
    try {
      work()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#failed = {
        hits: [],
        checked: 0,
        unknown: [{ en: `The rule itself failed: ${reason}`, pt: `A própria regra falhou: ${reason}` }],
      }
    }
  }
}
