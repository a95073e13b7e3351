export const dynamic = 'force-dynamic'

/** 200 when the process answers. */
export function GET() {
  return new Response('ok\n')
}
