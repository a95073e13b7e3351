import { Socket } from 'node:net'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from '../../db/test-database'
import { readSnapshot } from './read'
import { step } from './reading'
import { defaultLimits, inTransaction } from './session'

/** A socket that hands on what it gets in crumbs, so that every message is torn somewhere. */
class Crumbs extends Socket {
  override push(chunk: Buffer | null): boolean {
    if (chunk === null) return super.push(null)
    let more = true
    for (let at = 0; at < chunk.length; at += 7) more = super.push(chunk.subarray(at, at + 7))
    return more
  }
}

test('rows arrive whole however the network tears them, and an error between them is told', async () => {
  const db = await testDatabase()
  try {
    await db.run(
      `create table "Consulta; é" (id int primary key, "observação" text default 'ç', note text);
       comment on column "Consulta; é".note is '☂ [pers]';
       comment on table "Consulta; é" is E'\\\\N\\ta\\n\\\\t\\r\\f\\x0b\\b\\\\';
       create table other (id int primary key, "observação" text default 'ç', note text);
       grant select (note) on other to public`,
    )
    const client = new Client({ connectionString: db.url, stream: () => new Crumbs() })
    await client.connect()
    try {
      const torn = await readSnapshot(client)
      const whole = await readSnapshot(db.url)
      expect(torn.relations).toEqual(whole.relations)
      const [consulta, other] = torn.relations
      expect(consulta?.comment).toBe('\\N\ta\n\\t\r\f\v\b\\')
      expect(consulta?.columns.map((column) => column.comment)).toEqual([null, null, '☂ [pers]'])
      expect(other?.columns.map((column) => [column.name, column.default])).toEqual([
        ['id', null],
        ['observação', "'ç'::text"],
        ['note', null],
      ])
      expect(other?.columns[2]?.grants.map((grant) => [grant.grantee, grant.privilege])).toEqual([
        [null, 'SELECT'],
      ])
      const halved = inTransaction(client, defaultLimits, (session) =>
        session.rows(`select n, 1 / (3 - n) from generate_series(1, 5) n`),
      )
      await expect(halved).rejects.toThrow('division by zero')
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    } finally {
      await client.end()
    }
  } finally {
    await db.drop()
  }
})

test.each([true, false])(
  'of what is asked before an answer has come each takes its own rows, and an error set apart stays apart; pipelined %s',
  async (pipeline) => {
    const db = await testDatabase()
    const client = new Client({ connectionString: db.url, pipeline, stream: () => new Crumbs() })
    try {
      await client.connect()
      const answers = await inTransaction(client, defaultLimits, (session) =>
        Promise.allSettled([
          session.rows('select generate_series(1, 3)'),
          session.apart(step('', 'select 1 / n from generate_series(1, -1, -1) n', () => {})),
          session.rows(`select 'behind it'`),
          session.rows(`select no_such_function()`),
          session.rows('select 1'),
        ]),
      )
      expect(answers.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.code))).toEqual([
        [['1'], ['2'], ['3']],
        '22012',
        [['behind it']],
        '42883',
        '25P02',
      ])
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    } finally {
      await client.end()
      await db.drop()
    }
  },
)
