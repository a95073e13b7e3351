import { connect as connectPlain, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { fileNameOf, type Witness } from './witness'

export interface Mailbox {
  readonly name: string
  /** `smtp://host:port` (STARTTLS where the server offers it) or `smtps://host:port`; user and password may stand in it. */
  readonly server: string
  readonly from: string
  readonly to: readonly string[]
  /** Hours between two letters: a mailbox is read by people. */
  readonly every: number
}

/**
 * A mailbox: the checkpoint goes there as a letter, now and then, with the note attached for
 * `verify.mjs --checkpoint`. Nobody can ask a mailbox what it holds.
 */
export function mailbox({ name, server, from, to, every }: Mailbox): Witness {
  let sentAt = Number.NEGATIVE_INFINITY
  return {
    name,
    isDue: () => Date.now() - sentAt >= every * 3_600_000,
    keep: async (note) => {
      await send(new URL(server), from, to, letter(note, from, to))
      sentAt = Date.now()
    },
    held: () => Promise.resolve([]),
  }
}

function letter(note: string, from: string, to: readonly string[]): string {
  const [origin = '', size = ''] = note.split('\n')
  const text = [
    `Checkpoint of the audit log ${origin}: ${size} entries. Keep this letter: with the attached note anybody finds`,
    'a later change of what it covers (verify.mjs --checkpoint NOTE).',
    '',
    `Ponto de verificação da trilha de auditoria ${origin}: ${size} registros. Guarde esta mensagem: com a nota anexa`,
    'qualquer pessoa encontra uma alteração posterior do que ela cobre.',
    '',
    note,
  ].join('\r\n')
  const base64 = (content: string) => Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  const mark = 'tabellion-checkpoint'
  return [
    `From: ${from}`,
    `To: ${to.join(', ')}`,
    `Subject: Audit log checkpoint, ${size} entries`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${size}.${Date.now()}@${hostname()}>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${mark}"`,
    '',
    `--${mark}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64(text),
    `--${mark}`,
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; filename="${fileNameOf(note)}"`,
    'Content-Transfer-Encoding: base64',
    '',
    base64(note),
    `--${mark}--`,
    '',
  ].join('\r\n')
}

/** RFC 5321, as much of it as a submission needs. @throws with the server's own words when it refuses a step */
async function send(server: URL, from: string, to: readonly string[], message: string): Promise<void> {
  const host = server.hostname
  const safeFromStart = server.protocol === 'smtps:'
  const port = Number(server.port || (safeFromStart ? 465 : 587))
  let socket: Socket = safeFromStart
    ? connectTls({ host, port, servername: host })
    : connectPlain({ host, port })
  let talk = conversation(socket)
  try {
    await talk(null, 220)
    let offers = await talk(`EHLO ${hostname()}`, 250)
    let safe = safeFromStart
    if (!safe && /^250[ -]STARTTLS/im.test(offers)) {
      await talk('STARTTLS', 220)
      socket = connectTls({ socket, servername: host })
      talk = conversation(socket)
      offers = await talk(`EHLO ${hostname()}`, 250)
      safe = true
    }
    if (server.username) {
      if (!safe) throw new Error('the server offers no encryption, so the password was not sent')
      const secret = `\0${decodeURIComponent(server.username)}\0${decodeURIComponent(server.password)}`
      await talk(`AUTH PLAIN ${Buffer.from(secret).toString('base64')}`, 235)
    }
    await talk(`MAIL FROM:<${from}>`, 250)
    for (const one of to) await talk(`RCPT TO:<${one}>`, 250)
    await talk('DATA', 354)
    await talk(`${message.replaceAll(/^\./gm, '..')}.`, 250)
    await talk('QUIT', 221).catch(() => undefined)
  } finally {
    socket.destroy()
  }
}

/** Says a line and waits for the whole answer, which must begin with that code. */
function conversation(socket: Socket): (line: string | null, code: number) => Promise<string> {
  let heard = ''
  let wake = () => {}
  let broken: Error | null = null
  const stop = (error: Error) => {
    broken ??= error
    wake()
  }
  socket
    .setEncoding('utf8')
    .setTimeout(20_000, () => socket.destroy(new Error('the mail server does not answer')))
  socket.on('data', (part: string) => {
    heard += part
    wake()
  })
  socket.on('error', stop)
  socket.on('close', () => stop(new Error('the mail server hung up')))
  return async (line, code) => {
    if (line !== null) socket.write(`${line}\r\n`)
    for (;;) {
      const answer = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(heard)
      if (answer) {
        heard = heard.slice(answer[0].length)
        if (Number(answer[1]) !== code) throw new Error(`the mail server answered ${answer[0].trim()}`)
        return answer[0]
      }
      if (broken) throw broken
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
}
