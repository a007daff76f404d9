// What the scripts share: their arguments, and how they tell the test what happened.
'use strict'

const [host, port, password, uuid] = process.argv.slice(2)

// say prints one step: what the client took for a success or a failure, and the text it gave.
const say = (step, ok, text) => {
  process.stdout.write(JSON.stringify({ step, ok, text: String(text ?? '').trim() }) + '\n')
}

const done = (code = 0) => process.stdout.write('', () => process.exit(code))

// No script outlives this, whatever its client waits for.
setTimeout(() => {
  say('timeout', false, 'the script took more than 10 s')
  done(2)
}, 10_000)

process.on('unhandledRejection', (err) => {
  say('unhandled', false, err && err.stack)
  done(3)
})

// heartbeat resolves with the event that the test emits once it reads "subscribed". That is said when
// the switch has answered to the subscription: when answered() resolves.
const heartbeat = (listen, answered = () => {}) =>
  new Promise((resolve) => {
    listen(resolve)
    Promise.resolve(answered()).then(() => say('subscribed', true))
  })

module.exports = { host, port: Number(port), password, uuid, say, done, heartbeat }
