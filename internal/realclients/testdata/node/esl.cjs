// Drives esl, whose calls return promises and reject with the reply of a failed command.
'use strict'

const { host, port, password, uuid, say, done, heartbeat } = require('./lib.cjs')
const { FreeSwitchClient } = require('esl')

const quiet = { debug() {}, info() {}, error() {} }
const client = new FreeSwitchClient({ host, port, password, logger: quiet })

let failed = false
client.on('error', (err) => {
  failed = true
  say('login', false, err.args && err.args.reply)
  done()
})

// told says what became of a call: what it resolved with, as text picks it, or the reply that it failed with.
const told = async (step, promise, text) => {
  try {
    say(step, true, text(await promise))
  } catch (err) {
    say(step, false, (err.args && err.args.reply) ?? err)
  }
}
const body = (res) => res.body
const job = (res) => res.body._body
const reply = (res) => res.headers['Reply-Text']

const allowed = async (c) => {
  await told('api', c.api('uuid_exists ' + uuid, 5000), body)
  await told('event', c.event_json('HEARTBEAT'), reply)
  await told('bgapi', c.bgapi('uuid_exists ' + uuid, 5000), job)
  await told('events', heartbeat((resolve) => c.once('HEARTBEAT', resolve)), (evt) => evt.body['Event-Name'])
  await told('sendmsg', c.execute_uuid(uuid, 'sleep', '1'), reply)
}

const denied = async (c) => {
  await told('denied api', c.api('hupall NORMAL_CLEARING', 5000), body)
  await told('api after it', c.api('uuid_exists ' + uuid, 5000), body)
  await told('denied bgapi', c.bgapi('hupall NORMAL_CLEARING', 5000), job)
  await told('denied event', c.event_json('CHANNEL_CREATE'), reply)
  await told('api between', c.api('uuid_exists none', 5000), body)
  await told('denied sendmsg', c.execute_uuid(uuid, 'playback', '/nowhere'), reply)
  await told('event after it', c.event_json('HEARTBEAT'), reply)
}

client.on('connect', async (c) => {
  if (failed) return
  say('login', true)
  await (process.argv[6] === 'denied' ? denied : allowed)(c)
  client.end()
  done()
})
client.connect()
