import { aroundViews, heldColumn, type Around } from './around-views'
import { qualified, quote, relationObject } from './identity'
import { kept } from './memo'
import { defineRule, type Hit, type Text } from './rule'
import { tokens } from './tokens'

const amounts = new Set(
  (
    'amount price cost fee total subtotal balance salary wage tax discount payment paid charge refund value valor preco custo taxa saldo ' +
    'salario imposto desconto pagamento pago cobranca honorario honorarios repasse comissao mensalidade multa juros revenue ' +
    'expense receita despesa dose dosage dosagem posologia quantity quantidade qty'
  ).split(' '),
)
const measures = new Set(
  (
    'lat latitude lon lng longitude percent percentage pct ratio rate score weight probability similarity confidence ' +
    'percentual porcentagem aliquota indice'
  ).split(' '),
)

const isAmount = kept((name) => {
  const words = tokens(name)
  return words.some((word) => amounts.has(word)) && !words.some((word) => measures.has(word))
})

export const moneyOrFloatAmount = defineRule({
  id: 'money-or-float-amount',
  code: 'K09',
  group: 'keys',
  severity: 'medium',
  title: {
    en: 'Amount or dose in a binary or locale-bound type',
    pt: 'Valor ou dose em tipo binário ou dependente de localidade',
  },
  why: {
    en: 'Floating point cannot hold 0.1: sums drift by cents and doses by digits. money changes its meaning with lc_monetary.',
    pt: 'Ponto flutuante não representa 0,1: somas desviam centavos, e doses, dígitos. money muda de sentido com lc_monetary.',
  },
  references: ['LGPD art. 6, V', 'ISO/IEC 27001 A.8.26'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots) {
      if (table.parents.length > 0) continue
      for (const column of table.columns) {
        const money = column.baseType === 'money'
        if (!money && !isAmount(column.name)) continue
        const words = tokens(column.name)
        if (!money && !/^(numeric|real|double precision|bigint|integer)$/.test(column.baseType)) continue
        checked++
        if (!money && !/^(real|double precision)$/.test(column.baseType)) continue
        const id = qualified(table.schema, table.name)
        const name = quote(column.name)
        const around = column.generated === null ? aroundViews(facts, table, column.name) : null
        const scale = words.some((word) => word.startsWith('dos') || /^qu?ant/.test(word)) ? '' : '(14,2)'
        hits.push({
          object: relationObject(table, { column: column.name }),
          message: {
            en: `${id}.${name} holds an amount as ${column.type}: values are rounded or read by locale.`,
            pt: `${id}.${name} guarda um valor como ${column.type}: há arredondamento ou leitura conforme a localidade.`,
          },
          evidence: { type: column.type },
          fix: {
            sql:
              around === null
                ? []
                : [
                    ...around.before,
                    `alter table ${id} alter column ${name} type numeric${scale} using ${name}::numeric${scale}`,
                    ...around.after,
                  ],
            lock: 'ACCESS EXCLUSIVE while the table is rewritten: reads and writes wait',
            advice: advice(around),
          },
        })
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table t (id int primary key, price numeric(12,2), latitude double precision, tax_rate real);`,
    broken: `create table u (id int primary key, price real, fee money, "dosagemMg" double precision);
      create view u_fees with (security_barrier = true) as select id, fee from u where fee is not null;
      comment on view u_fees is 'What was asked';`,
    hits: ['public.u."dosagemMg"', 'public.u.fee', 'public.u.price'],
  },
})

const advice = (around: Around | null): Text => {
  if (around === null) return heldColumn
  const views = around.before.length > 0
  return {
    en: `Choose precision and scale for what it holds; compare sums before and after.${views ? ' The views over it go and come back: run everything in one transaction.' : ''}`,
    pt: `Escolha precisão e escala conforme o conteúdo; compare somas antes e depois.${views ? ' As visões sobre ela saem e voltam: rode tudo em uma só transação.' : ''}`,
  }
}
