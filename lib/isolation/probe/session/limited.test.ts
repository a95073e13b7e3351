import { expect, inject, test } from 'vitest'
import { majors } from '@/db/test-database'
import { connected } from '@/lib/clone/with-clone'
import { Endless, limited } from './limited'

const server = inject('servers')[Math.max(...majors())] ?? ''

test('a query that takes too long is cancelled whatever its session says, and what comes next is not', async () => {
  const client = await connected(server)
  try {
    await client.query('set statement_timeout = 0')
    const endless = limited(client, () => client.query('do $$ begin loop end loop; end $$'), 100)
    await expect(endless).rejects.toMatchObject({ code: '57014' })
    const { rows } = await limited(client, () => client.query('select 1 as n'), 100)
    expect(rows).toEqual([{ n: 1 }])
  } finally {
    await client.end()
  }
})

test('a function that never ends is not called for ever', () => {
  const endless = new Endless()
  for (let turn = 0; turn < 3; turn++) endless.note(`select * from "c"."f"(${turn})`, '57014')
  for (let turn = 0; turn < 3; turn++) endless.note(`select * from "c"."e"(70000${turn})`, '57014')
  endless.note('select * from "c"."g"(1)', '22012')
  endless.note('select array(select v from "c"."g"(1)), array(select v from "c"."h"(1))', '57014')
  expect(['f', 'e', 'g', 'h'].map((name) => endless.isKnown(`select * from "c"."${name}"(9)`))).toEqual([
    true,
    false,
    false,
    false,
  ])
})
