// Drives modesl and drachtio-modesl, which share their API. The package's name is the last argument.
'use strict'

const { host, port, password, uuid, say, done, heartbeat } = require('./lib.cjs')
const { Connection } = require(process.argv[7])

const conn = new Connection(host, port, password)
conn.on('error', (err) => say('error', false, err.message))
conn.on('esl::event::auth::fail', (evt) => {
  say('login', false, evt.getHeader('Reply-Text'))
  done()
})

// call turns a call with a callback at its end into a promise.
const call = (name, ...args) => new Promise((resolve) => conn[name](...args, resolve))
const replied = (evt) => evt.getHeader('Reply-Text')
const ok = (text) => !text.startsWith('-')
const sendmsg = (app, arg) =>
  call('sendRecv', 'sendmsg ' + uuid, { 'call-command': 'execute', 'execute-app-name': app, 'execute-app-arg': arg })
const told = (step, text) => say(step, ok(text), text)

const allowed = async () => {
  told('api', (await call('api', 'uuid_exists', uuid)).getBody())
  // drachtio-modesl does not ask for the event that bgapi waits for.
  told('event', replied(await call('events', 'json', ['HEARTBEAT', 'BACKGROUND_JOB'])))
  told('bgapi', (await call('bgapi', 'uuid_exists', uuid)).getBody())
  const evt = await heartbeat((resolve) => conn.once('esl::event::HEARTBEAT::**', resolve))
  say('events', true, evt.getHeader('Event-Name'))
  told('sendmsg', replied(await sendmsg('sleep', '1')))
}

const denied = async () => {
  // Sent at once: each answer has to find its own caller.
  const all = await Promise.all([
    call('api', 'hupall', 'NORMAL_CLEARING'),
    call('api', 'uuid_exists', uuid),
    call('sendRecv', 'bgapi hupall NORMAL_CLEARING'),
    call('events', 'json', 'CHANNEL_CREATE'),
    call('api', 'uuid_exists', 'none'),
    sendmsg('playback', '/nowhere'),
    call('events', 'json', 'HEARTBEAT'),
  ])
  told('denied api', all[0].getBody())
  told('api after it', all[1].getBody())
  told('denied bgapi', replied(all[2]))
  told('denied event', replied(all[3]))
  told('api between', all[4].getBody())
  told('denied sendmsg', replied(all[5]))
  told('event after it', replied(all[6]))
}

conn.on('esl::ready', async () => {
  say('login', true)
  await (process.argv[6] === 'denied' ? denied : allowed)()
  conn.disconnect()
  done()
})
