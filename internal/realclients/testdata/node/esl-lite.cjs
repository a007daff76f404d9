// Drives esl-lite, whose calls resolve with an Error where a command failed, and which has no api, only bgapi.
'use strict'

const { host, port, password, uuid, say, done, heartbeat } = require('./lib.cjs')
const { FreeSwitchClient } = require('esl-lite')

// The client tells of its login only in its log. It goes on after a failed one, and tries again for ever.
const logger = { trace() {}, info() {}, warn() {}, error() {}, child: () => logger }
logger.debug = ({ res }, text) => {
  if (text !== 'Authenticated') return
  const reply = res.headers.replyText
  say('login', reply === '+OK accepted', reply)
  if (reply !== '+OK accepted') return done()
  void (process.argv[6] === 'denied' ? denied : allowed)().then(() => {
    client.end()
    done()
  })
}

const told = (step, res, text) => {
  if (res instanceof Error) say(step, false, res.response ?? res)
  else say(step, true, text(res))
}
const job = (res) => res.body.data._body
const reply = (res) => res.headers.replyText

const allowed = async () => {
  told('bgapi', await client.bgapi('uuid_exists ' + uuid, 5000), job)
  // It subscribes by itself and tells nobody when; but it sends one command after the other.
  const evt = await heartbeat(
    (resolve) => client.once('HEARTBEAT', resolve),
    () => client.bgapi('uuid_exists none', 5000),
  )
  told('events', evt, (e) => e.body.eventName)
  told('sendmsg', await client.execute_uuid(uuid, 'sleep', '1', {}, 5000), reply)
}

const denied = async () => {
  told('denied bgapi', await client.bgapi('hupall NORMAL_CLEARING', 5000), job)
  told('bgapi after it', await client.bgapi('uuid_exists ' + uuid, 5000), job)
  told('denied event', await client.send('event json CHANNEL_CREATE', {}, undefined, 5000), reply)
  told('denied sendmsg', await client.execute_uuid(uuid, 'playback', '/nowhere', {}, 5000), reply)
  told('event after it', await client.send('event json HEARTBEAT', {}, undefined, 5000), reply)
}

const client = new FreeSwitchClient({ host, port, password, logger })
