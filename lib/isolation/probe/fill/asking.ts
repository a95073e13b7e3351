import type { Relation } from '@/lib/catalog/types-relation'

/** The relation with one check more. */
export const asking = (relation: Relation, expression: string): Relation => ({
  ...relation,
  constraints: [
    ...relation.constraints,
    {
      name: 'counts',
      kind: 'check',
      columns: relation.columns.map(({ name }) => name).filter((name) => expression.includes(name)),
      validated: true,
      enforced: true,
      deferrable: false,
      inherited: false,
      expression,
      references: null,
      comment: null,
    },
  ],
})
