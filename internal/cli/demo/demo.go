package demo

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"eslguard/audit"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/guard"
	"eslguard/internal/switchsim"
	"eslguard/proxy"
)

// upstreamPassword is the password of the stand-in for FreeSWITCH. It need not be secret: the
// stand-in listens on loopback and runs nothing.
const upstreamPassword = "demo-upstream"

// grace is how long the guard waits for commands in flight when it stops.
const grace = 10 * time.Second

// Options say how to run the demo. All fields but Once must be set.
type Options struct {
	// Example is the example policy.
	Example []byte
	// Version is the version of the program, for the audit and the log.
	Version string
	// Once makes the demo end after the last step instead of waiting for a signal.
	Once bool
}

// A demo is one demonstration.
type demo struct {
	*console.Console
	paint   console.Paint
	options Options
	folder  string
	policy  *policyCopy
	sim     *switchsim.Switch
	guard   guard.Guard
	// addr is where the guard listens.
	addr string
}

// Run runs the demo. It prints the steps to standard output, and removes all files at the end. A
// step that does not go as it should is printed, and its error is a console.ExitError. Other errors
// say that the demo could not begin or go on.
func Run(c *console.Console, o Options) error {
	sig := console.NotifySignals()
	defer sig.Stop()
	folder, err := os.MkdirTemp("", "eslguard-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	d := &demo{Console: c, paint: c.Paint(), options: o, folder: folder}
	l, err := d.open()
	if d.sim != nil {
		defer d.sim.Close()
	}
	if d.guard.Audit != nil {
		defer d.guard.Audit.Close()
	}
	if err != nil {
		return err
	}
	return d.present(l, sig)
}

// open starts the stand-in, opens all that the guard needs, and listens.
func (d *demo) open() (net.Listener, error) {
	var err error
	if d.sim, err = switchsim.Start(switchsim.Options{Password: upstreamPassword}); err != nil {
		return nil, err
	}
	secret := filepath.Join(d.folder, "upstream-password")
	if err := os.WriteFile(secret, []byte(upstreamPassword+"\n"), 0o600); err != nil {
		return nil, err
	}
	d.policy = &policyCopy{path: filepath.Join(d.folder, "policy.json")}
	if err := d.policy.write(d.options.Example, d.sim.Addr(), secret); err != nil {
		return nil, err
	}
	logFile, err := os.OpenFile(d.file("eslguard.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	g := &d.guard
	g.Version = d.options.Version
	if g.Log, err = guard.NewLog(guard.TextWriter(logFile, false), "info"); err != nil {
		return nil, err
	}
	if g.Audit, err = audit.Open(d.file("audit.jsonl"), audit.Options{Version: d.options.Version}); err != nil {
		return nil, err
	}
	if err := g.OpenPolicy(d.policy.path, ""); err != nil {
		return nil, err
	}
	g.Server = &proxy.Server{Policies: g.Policies(), Audit: g.Audit, Log: g.Log}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d.addr = l.Addr().String()
	return l, nil
}

func (d *demo) file(name string) string { return filepath.Join(d.folder, name) }

// present serves and shows the steps. Then it waits for a signal, unless the demo runs once.
func (d *demo) present(l net.Listener, sig *console.Signals) error {
	var serving sync.WaitGroup
	var served error
	serving.Go(func() { served = d.guard.Serve([]net.Listener{l}, sig, grace) })
	shown := d.show()
	if shown == nil && !d.options.Once {
		if shown = d.invite(); shown == nil {
			serving.Wait()
			return served
		}
	}
	select {
	case sig.End <- syscall.SIGTERM:
	default: // it is ending already
	}
	serving.Wait()
	if shown != nil {
		return shown
	}
	return served
}

// invite restores the policy and says how to connect.
func (d *demo) invite() error {
	if err := d.policy.restore(); err != nil {
		return err
	}
	if _, err := d.guard.Policies().Reload(context.Background()); err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(d.addr) // the listener made it
	d.say(`%s
  The guard is still running, on port %s, with the policy that it began with. In another terminal:

    fs_cli -H %s -P %s -p demo-fs_cli
    printf 'auth demo-wallboard\n\napi status\n\nbgapi originate user/1000 &park\n\nexit\n\n' | nc %s %s

  Its policy   %s (edit it, and watch the log)
  Its audit    %s
  Its log      %s

  Ctrl-C ends it and removes these files.
`, d.paint.Bold("Your turn"), port, host, port, host, port, d.policy.path, d.file("audit.jsonl"), d.file("eslguard.log"))
	return nil
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.Stdout, format+"\n", args...) }

// clientPassword returns the published password of a client of the example policy.
func clientPassword(client string) string { return "demo-" + client }
