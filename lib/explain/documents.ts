import { allRules } from '@/lib/rules/all'
import { ruleDocument, ruleIndex } from './rule-document'

/** Every document of docs/rules by its file name. */
export const documents = (): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', ruleIndex(allRules)],
    ...allRules.map((rule): [string, string] => [`${rule.code}.md`, ruleDocument(rule)]),
  ])
