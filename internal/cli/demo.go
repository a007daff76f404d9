package cli

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"eslguard/audit"
	"eslguard/internal/cli/console"
	"eslguard/internal/switchsim"
	"eslguard/proxy"
)

// demoUpstreamPassword is that of the stand-in for FreeSWITCH. It listens on loopback and runs nothing.
const demoUpstreamPassword = "demo-upstream"

func (p *Program) demo() *cobra.Command {
	var once bool
	cmd := &cobra.Command{
		Use:   "demo [--once]",
		Short: "Show all of it on loopback, without a FreeSWITCH",
		Long: `Starts a stand-in for FreeSWITCH and a guard in front of it, on free loopback ports, with a copy of
the example policy. It shows an allowed command, a denied one and its record, strangers that are
refused, and changes of the policy. Then it stays up and says how to connect, until Ctrl-C. What it
wrote is removed at the end.

With --once it ends instead: with status 0 only if all of it went as it says.`,
		Example: `  eslguard demo
  eslguard demo --once`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.runDemo(once) },
	}
	cmd.Flags().BoolVar(&once, "once", false, "end after the demonstration")
	return cmd
}

// A demo is one demonstration.
type demo struct {
	p      *Program
	paint  console.Paint
	folder string
	policy *demoPolicy
	sim    *switchsim.Switch
	guard  guard
	// addr is where the guard listens.
	addr string
}

func (p *Program) runDemo(once bool) error {
	sig := console.NotifySignals()
	defer sig.Stop()
	folder, err := os.MkdirTemp("", "eslguard-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	d := &demo{p: p, paint: p.Paint(), folder: folder}
	l, err := d.open()
	if d.sim != nil {
		defer d.sim.Close()
	}
	if d.guard.audit != nil {
		defer d.guard.audit.Close()
	}
	if err != nil {
		return err
	}
	return d.present(l, sig, once)
}

// open starts the stand-in and opens all that the guard needs.
func (d *demo) open() (net.Listener, error) {
	var err error
	if d.sim, err = switchsim.Start(switchsim.Options{Password: demoUpstreamPassword}); err != nil {
		return nil, err
	}
	secret := filepath.Join(d.folder, "upstream-password")
	if err := os.WriteFile(secret, []byte(demoUpstreamPassword+"\n"), 0o600); err != nil {
		return nil, err
	}
	d.policy = &demoPolicy{path: filepath.Join(d.folder, "policy.json")}
	if err := d.policy.write(d.p.Example, d.sim.Addr(), secret); err != nil {
		return nil, err
	}
	logFile, err := os.OpenFile(d.file("eslguard.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	g := &d.guard
	if g.log, err = operatorLog(textWriter(logFile, false), "info"); err != nil {
		return nil, err
	}
	if g.audit, err = audit.Open(d.file("audit.jsonl"), audit.Options{Version: readBuild().String()}); err != nil {
		return nil, err
	}
	if err := g.openPolicy(d.policy.path, ""); err != nil {
		return nil, err
	}
	g.server = &proxy.Server{Policies: g.store, Audit: g.audit, Log: g.log}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d.addr = l.Addr().String()
	return l, nil
}

func (d *demo) file(name string) string { return filepath.Join(d.folder, name) }

// present serves, shows the steps, and stays until a signal, or not.
func (d *demo) present(l net.Listener, sig *console.Signals, once bool) error {
	var serving sync.WaitGroup
	var served error
	serving.Go(func() { served = d.guard.serve([]net.Listener{l}, sig, defaultGrace) })
	shown := d.show()
	if shown == nil && !once {
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

// invite takes the changes of the policy back and says how to connect.
func (d *demo) invite() error {
	if err := d.policy.restore(); err != nil {
		return err
	}
	if _, err := d.guard.store.Reload(context.Background()); err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(d.addr) // it was made by a listener
	d.say(`%s
  The guard is still there, on port %s, with the policy as it was at first. In another terminal:

    fs_cli -H %s -P %s -p demo-fs_cli
    printf 'auth demo-wallboard\n\napi status\n\nbgapi originate user/1000 &park\n\nexit\n\n' | nc %s %s

  Its policy   %s (edit it, and see)
  Its audit    %s
  Its log      %s

  Ctrl-C ends it and removes these files.
`, d.paint.Bold("Your turn"), port, host, port, host, port, d.policy.path, d.file("audit.jsonl"), d.file("eslguard.log"))
	return nil
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.p.Stdout, format+"\n", args...) }

// clientPassword is the published password of a client of the example policy.
func clientPassword(client string) string { return "demo-" + client }
