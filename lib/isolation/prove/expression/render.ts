import { literal } from '../session'
import type { Constant, Term } from '../logic/term'

/** A term as SQL. */
export function render(term: Term): string {
  if (term.kind === 'constant') return renderConstant(term)
  if (term.kind === 'variable') return 'null'
  return term.sql.replaceAll(/\$(\d+)/g, (_, number) => {
    const arg = term.args[Number(number) - 1]
    return arg ? render(arg) : 'null'
  })
}

const renderConstant = (term: Constant) =>
  term.type === null ? literal(term.text) : `${literal(term.text)}::${lengthless(term.type)}`

/** `character` means one letter where it is written, and any number of them where PostgreSQL says it. */
const lengthless = (type: string) => type.replace(/^character(?=$|\[)/, 'bpchar')
