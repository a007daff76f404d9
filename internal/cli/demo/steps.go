package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/internal/cli/console"
	"eslguard/internal/switchsim"
)

// A step shows one thing. Its error says what did not go as it should.
type step struct {
	title string
	show  func(*demo) error
}

var steps = [...]step{
	{"A command that the policy allows", (*demo).showAllowed},
	{"A command that it does not", (*demo).showDenied},
	{"A stranger with a wrong password", (*demo).showWrongPassword},
	{"A stranger from an address that no client has", (*demo).showWrongAddress},
	{"A broken change of the policy", (*demo).showBroken},
	{"A change of the policy", (*demo).showChange},
}

// errSkipped means that a step cannot be shown on this machine.
var errSkipped = errors.New("skipped")

// show shows all steps. Its error is a console.ExitError: what went wrong has been printed.
func (d *demo) show() error {
	d.say("A stand-in for FreeSWITCH on %s, the guard on %s.\n", d.sim.Addr(), d.addr)
	for i, step := range steps {
		d.say("%s", d.paint.Bold(fmt.Sprintf("%d. %s", i+1, step.title)))
		err := step.show(d)
		switch {
		case err == nil:
			d.say("   %s\n", d.paint.Green("ok"))
		case errors.Is(err, errSkipped):
			d.say("   %v\n", err)
		default:
			d.say("   %s %v\n", d.paint.Red("NOT AS IT SHOULD BE:"), err)
			return &console.ExitError{Status: console.StatusProblem}
		}
	}
	return nil
}

// row prints a labelled line.
func (d *demo) row(label, text string) { d.say("   %-18s %s", label, console.Shown(text)) }

// askAs logs in as a client of the example policy, sends one command and returns the text of its
// reply. It prints the command, with label, and the first line of the reply.
func (d *demo) askAs(client, label, command string) (reply string, err error) {
	c, err := d.logIn(client)
	if err != nil {
		return "", err
	}
	defer c.close()
	if reply, err = c.ask(command); err != nil {
		return "", err
	}
	d.row(label, command)
	d.row("is answered", firstLine(reply))
	return reply, nil
}

func (d *demo) showAllowed() error {
	if _, err := d.askAs("wallboard", "wallboard asks", "api status"); err != nil {
		return err
	}
	if !d.ran("status") {
		return errors.New("the stand-in did not run status")
	}
	d.row("FreeSWITCH ran", "status")
	r, err := d.record(func(r record) bool { return r[audit.FieldCommand] == "api status" })
	if err != nil {
		return err
	}
	if r[audit.FieldDecision] != audit.Allow.String() {
		return fmt.Errorf("the record says %v", r[audit.FieldDecision])
	}
	d.row("was written down", r.line())
	return nil
}

func (d *demo) showDenied() error {
	reply, err := d.askAs("wallboard", "wallboard asks", "bgapi originate user/1000 &park")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(reply, "-ERR permission denied") {
		return errors.New("that is no denial")
	}
	if d.ran("originate") {
		return errors.New("the stand-in ran it nevertheless")
	}
	d.row("FreeSWITCH ran", "nothing")
	id := idIn(reply)
	r, err := d.record(func(r record) bool { return id != "" && r[audit.FieldID] == id })
	if err != nil {
		return err
	}
	d.row("found by the id", r.line())
	return nil
}

func (d *demo) showWrongPassword() error {
	logins := d.sim.Logins()
	c, err := dial(d.addr, "")
	if err != nil {
		return err
	}
	defer c.close()
	reply, err := c.ask("auth ClueCon")
	if err != nil {
		return err
	}
	d.row("somebody sends", "auth ClueCon")
	d.row("is answered", reply)
	if !strings.HasPrefix(reply, "-ERR invalid") {
		return errors.New("that is no refusal")
	}
	if d.sim.Logins() != logins {
		return errors.New("it cost FreeSWITCH a login")
	}
	d.row("FreeSWITCH saw", "nothing of it, not even a connection")
	return nil
}

func (d *demo) showWrongAddress() error {
	const stranger = "127.0.0.2"
	c, err := dial(d.addr, stranger)
	if err != nil {
		return fmt.Errorf("%w: this machine has no %s to connect from", errSkipped, stranger)
	}
	defer c.close()
	text, err := c.await(codec.KindRudeRejection, codec.KindAuthRequest)
	if err != nil {
		return err
	}
	d.row("connects", "somebody from "+stranger)
	d.row("is answered", text)
	if !strings.HasPrefix(text, "Access Denied") {
		return errors.New("that is no refusal")
	}
	return nil
}

func (d *demo) showBroken() error {
	before := d.guard.Policies().Current().Revision()
	if err := d.policy.breakIt(); err != nil {
		return err
	}
	d.row("the policy says", `"`+misspelt+`" in a new rule`)
	r, err := d.record(func(r record) bool {
		return r[audit.FieldKind] == audit.KindReload.String() && r[audit.FieldDecision] == audit.Refuse.String()
	})
	if err != nil {
		return err
	}
	reason, _ := r[audit.FieldReason].(string)
	d.row("the guard says", strings.ReplaceAll(reason, "\n", " "))
	if d.guard.Policies().Current().Revision() != before {
		return errors.New("another policy is in force")
	}
	d.row("in force", "the policy from before, "+before)
	return nil
}

func (d *demo) showChange() error {
	c, err := d.logIn("wallboard")
	if err != nil {
		return err
	}
	defer c.close()
	reply, err := c.ask("event plain CHANNEL_CREATE")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(reply, "+OK") {
		return fmt.Errorf("the subscription was answered %q", console.Bounded(reply))
	}
	d.row("wallboard asks", "event plain CHANNEL_CREATE, and listens")
	if err := d.policy.deny("wallboard", "subscribe CHANNEL_*", "api status **"); err != nil {
		return err
	}
	begun := time.Now()
	d.row("the policy says", `deny it "subscribe CHANNEL_*" and "api status **"`)
	notice, err := c.await(codec.KindDisconnect)
	if err != nil {
		return fmt.Errorf("no goodbye came: %w", err)
	}
	d.row("its session", fmt.Sprintf("is closed after %d ms: %s", time.Since(begun).Milliseconds(), notice))
	return d.showNowDenied()
}

// showNowDenied shows that the command of the first step is denied now.
func (d *demo) showNowDenied() error {
	reply, err := d.askAs("wallboard", "it comes back, asks", "api status")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(reply, "-ERR permission denied") {
		return errors.New("the old policy is still in force")
	}
	return nil
}

// ran reports whether the stand-in executed the API of that name.
func (d *demo) ran(api string) bool {
	return slices.ContainsFunc(d.sim.Executed(), func(e switchsim.Execution) bool { return e.Kind == "api" && e.Name == api })
}

// firstLine returns text up to its first line end.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
