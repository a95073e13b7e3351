import type { StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { Conflict, NotFound } from '@/lib/errors'

/** A list's filters under a name; only who saved it has it. */
export interface SavedView {
  readonly id: string
  readonly name: string
  /** The list's address from `?` on. */
  readonly query: string
}

/** Views a person may save of one page. */
export const mostViews = 30

/** The views of one page that the person asking saved, by name. */
export const listViews = (tx: StoreReadTx, page: string): Promise<readonly SavedView[]> =>
  tx
    .selectFrom('saved_view')
    .select(['id', 'name', 'query'])
    .where('page', '=', page)
    .orderBy('name')
    .limit(mostViews)
    .execute()

/**
 * Saves a view, or gives the one of that name new filters.
 * @throws Conflict when the person has too many already
 */
export async function saveView(
  tx: StoreWriteTx,
  owner: string,
  { page, name, query }: { readonly page: string; readonly name: string; readonly query: string },
): Promise<void> {
  const views = await listViews(tx, page)
  if (views.length >= mostViews && !views.some((view) => view.name === name)) throw new Conflict(tooMany)
  await tx
    .insertInto('saved_view')
    .values({ user_id: owner, page, name, query })
    .onConflict((on) => on.columns(['user_id', 'page', 'name']).doUpdateSet({ query }))
    .execute()
}

/** @throws NotFound when the person asking has no such view */
export async function removeView(tx: StoreWriteTx, id: string): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('saved_view').where('id', '=', id).executeTakeFirst()
  if (numDeletedRows === 0n) throw new NotFound(noView)
}

const tooMany = {
  en: `It was not saved: you have ${mostViews} views of this page. Remove one first.`,
  pt: `A visão não foi salva: você já tem ${mostViews} desta página. Remova uma primeiro.`,
}
const noView = {
  en: 'There is no such view any more.',
  pt: 'Essa visão não existe mais.',
}
