package agree_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/internal/switchsim"
	"eslguard/internal/switchsim/frame"
)

// maxFrames is how many frames one input of the fuzzer makes.
const maxFrames = 3

// A fate says what happened to a frame.
type fate int

const (
	refused  fate = iota // because of its form
	opaque               // because of an effect that no policy allows
	passed               // forwarded, and ran no more than the API that it names
	executed             // forwarded, and ran an application, or an API within another
	fates
)

// A trial is a switch, with everything that was allowed to reach it.
type trial struct {
	sim     *switchsim.Switch
	cat     *catalog.Catalog
	st      command.State
	effects []effect.Effect // of all forwarded frames
	log     strings.Builder
	faults  []string
	why     string // why the last opaque frame was opaque
}

func newTrial(sim *switchsim.Switch) *trial {
	sim.Clear()
	return &trial{sim: sim, cat: catalog.Builtin()}
}

// judge returns what happens to a client's bytes, which are one frame, the command, and the bytes
// that are forwarded for it.
func (tr *trial) judge(wire string) (fate, *command.Command, []byte) {
	f, err := codec.NewClientReader(strings.NewReader(wire), codec.Limits{}).Next()
	if err != nil {
		return tr.refusal(err), nil, nil
	}
	c, err := command.Parse(tr.cat, &tr.st, f)
	if err != nil {
		return tr.refusal(err), nil, nil
	}
	for i := range c.Effects {
		if e := &c.Effects[i]; e.Kind == effect.KindOpaque {
			tr.why = e.String() + " " + e.Path
			return opaque, nil, nil
		}
	}
	var up []byte
	for i := range c.Upstream {
		if up, err = codec.Append(up, &c.Upstream[i]); err != nil {
			return refused, nil, nil // nothing of it is forwarded
		}
	}
	return passed, c, up
}

// send sends a frame and checks what the switch does.
func (tr *trial) send(wire string) fate {
	fmt.Fprintf(&tr.log, "frame %q\n", wire)
	fate, c, up := tr.judge(wire)
	if fate != passed {
		return fate
	}
	fmt.Fprintf(&tr.log, "up    %q\n", up)
	for i := range c.Effects {
		fmt.Fprintf(&tr.log, "      %q (%s)\n", c.Effects[i].String(), c.Effects[i].Path)
	}
	tr.effects = append(tr.effects, c.Effects...)
	tr.st.Apply(c)
	tr.again(c, up)
	for _, uuid := range []string{chanA, chanB} {
		if _, ok := tr.sim.Variable(uuid, "uuid"); !ok { // not added, or hung up
			tr.sim.AddChannel(uuid, nil)
		}
	}
	tr.sim.Run(up)
	return tr.compare(up)
}

func (tr *trial) refusal(err error) fate {
	if r := new(codec.Refusal); !errors.As(err, &r) {
		tr.fault("%v, which is no refusal", err)
	}
	return refused
}

func (tr *trial) fault(format string, args ...any) {
	tr.faults = append(tr.faults, fmt.Sprintf(format, args...))
}

// again parses what is forwarded. It must be the same command, and be written the same.
func (tr *trial) again(c *command.Command, up []byte) {
	r := codec.NewClientReader(bytes.NewReader(up), codec.Limits{})
	var wire []byte
	for range c.Upstream {
		f, err := r.Next()
		if err != nil {
			tr.fault("what goes up is refused: %v", err)
			return
		}
		c2, err := command.Parse(tr.cat, &tr.st, f)
		if err != nil {
			tr.fault("what goes up is refused: %v", err)
			return
		}
		for i := range c2.Upstream {
			wire, _ = codec.Append(wire, &c2.Upstream[i])
		}
		if bytes.ContainsAny(up, `\'`) {
			continue // stored text was also parsed with its quotes, which have changed
		}
		for i := range c2.Effects {
			e := &c2.Effects[i]
			if !slices.ContainsFunc(c.Effects, func(o effect.Effect) bool { return o.Kind == e.Kind && o.Name == e.Name && sameTokens(&o, e) }) {
				tr.fault("what goes up causes %q as well", e.String())
			}
		}
	}
	if !bytes.Equal(wire, up) {
		tr.fault("what goes up is written %q when parsed again", wire)
	}
	frames, closed := frame.Cut(up)
	if len(frames) != len(c.Upstream) || closed {
		tr.fault("what goes up is %d frames for the switch, closed %v", len(frames), closed)
		return
	}
	for i := range frames {
		if got, want := asRead(&frames[i]), asMeant(&c.Upstream[i]); got != want {
			tr.fault("what goes up is %q for the switch, and was meant as %q", got, want)
		}
	}
}

// asRead writes a frame as the switch reads it, and asMeant one as the guard means it: line,
// headers, body.
func asRead(f *frame.Frame) string {
	text := first(f.Command)
	for _, h := range f.Headers {
		if !strings.EqualFold(h.Name, "Content-Length") {
			text += "\n" + h.Name + ": " + h.Value
		}
	}
	return text + "\n\n" + f.Body
}

func asMeant(f *codec.Frame) string {
	text := string(f.Line)
	for _, h := range f.Headers {
		text += "\n" + string(h.Name) + ": " + string(h.Value)
	}
	return text + "\n\n" + string(f.Body)
}

// sameTokens compares the tokens that rules match. Those of an originate show in which brackets a
// block was written.
func sameTokens(a, b *effect.Effect) bool {
	return slices.Equal(a.Tokens, b.Tokens) || a.Kind == effect.KindAPI && a.Name == "originate"
}

// compare checks what was executed since the last time.
func (tr *trial) compare(up []byte) fate {
	apis, apps := 0, 0
	for _, ran := range tr.sim.Executed() {
		fmt.Fprintf(&tr.log, "ran   %s %s %q\n", ran.Kind, ran.Name, ran.Args)
		switch ran.Kind {
		case "api":
			apis++
		case "app":
			apps++
		}
		if !tr.foreseen(ran, string(up)) {
			tr.fault("%s %s %q was not among the effects", ran.Kind, ran.Name, ran.Args)
		}
	}
	tr.sim.Forget()
	if apis > 1 || apps > 0 {
		return executed
	}
	return passed
}

// foreseen reports whether an effect covers what was executed.
func (tr *trial) foreseen(ran switchsim.Execution, up string) bool {
	switch ran.Kind {
	case "api":
		if !tr.sim.Known(ran.Name) {
			return true // there is no such API, so it did nothing
		}
	case "app", "dial", "dialplan", "var":
	default:
		return true
	}
	if ran.Own {
		return true // the extension or endpoint that ran it was recorded, too
	}
	for i := range tr.effects {
		if covers(&tr.effects[i], ran, up) {
			return true
		}
	}
	return false
}

// noLocal are the prefixes that the name of an exported variable may have.
var noLocal = [...]string{"nolocal:", "_nolocal_"}

// covers reports whether one effect covers what was executed. It does not compare arguments that
// contain an expansion: what they contain is opaque, unless it is only shown.
func covers(e *effect.Effect, ran switchsim.Execution, up string) bool {
	if e.Kind.String() != ran.Kind {
		return false
	}
	switch ran.Kind {
	case "api":
		return strings.EqualFold(e.Name, ran.Name) &&
			(e.Args == ran.Args || strings.Contains(e.Args, "$") || strings.Contains(up, " "+ran.Name+" "+ran.Args+"\n"))
	case "app":
		return strings.EqualFold(e.Name, ran.Name) && (e.Args == ran.Args || strings.Contains(e.Args, "$"))
	case "dial":
		kind, data, _ := strings.Cut(ran.Name, "/")
		kind2, data2, _ := strings.Cut(e.Name, "/")
		return strings.EqualFold(kind, kind2) && data == data2
	case "dialplan":
		return strings.EqualFold(e.Name, ran.Name) && strings.TrimLeft(strings.Join(e.Tokens, " "), " ") == ran.Args
	case "var":
		text := ran.Args
		for _, prefix := range noLocal {
			if len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
				text = text[len(prefix):]
			}
		}
		name := e.Tokens[0]
		return e.Name == ran.Name && len(text) > len(name) && strings.EqualFold(text[:len(name)], name) &&
			(e.Tokens[1] == text[len(name)+1:] || strings.Contains(e.Tokens[1], "$"))
	}
	return true
}

// end makes everything happen that was stored.
func (tr *trial) end() {
	tr.sim.Provoke()
	fmt.Fprintln(&tr.log, "in the end")
	tr.compare(nil)
}

// run plays the frames of an input and returns what happened to them.
func run(t *testing.T, sim *switchsim.Switch, data []byte) (tally [fates]int) {
	g := newGrammar(data)
	tr := newTrial(sim)
	for n := 1 + g.pick(maxFrames); n > 0; n-- {
		tally[tr.send(g.frame())]++
	}
	tr.end()
	tr.faults = slices.DeleteFunc(tr.faults, func(f string) bool { return isKnown(f, tr.log.String()) != "" })
	if len(tr.faults) > 0 {
		t.Errorf("%s\n%s", strings.Join(tr.faults, "\n"), tr.log.String())
	}
	return tally
}

// start starts the switch to which all inputs are played.
func start(tb testing.TB) *switchsim.Switch {
	sim, err := switchsim.Start(switchsim.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(sim.Close)
	return sim
}

// seed returns a different input for every number.
func seed(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	data := make([]byte, 64+r.IntN(960))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

// TestAgree plays a fixed set of inputs. Enough of their frames must execute something.
func TestAgree(t *testing.T) {
	const seeds = 3000
	sim := start(t)
	var tally [fates]int
	for n := range seeds {
		one := run(t, sim, seed(n))
		for i := range one {
			tally[i] += one[i]
		}
		if t.Failed() {
			t.Fatalf("seed %d", n)
		}
	}
	all := 0
	for _, n := range tally {
		all += n
	}
	share := float64(100*tally[executed]) / float64(all)
	t.Logf("%d frames: %d refused, %d opaque, %d passed, %d (%.0f %%) executed what they contain", all, tally[refused],
		tally[opaque], tally[passed], tally[executed], share)
	if share < 30 {
		t.Errorf("only %.0f %% of the frames executed what they contain", share)
	}
}

// FuzzAgree plays the inputs that the fuzzer chooses.
func FuzzAgree(f *testing.F) {
	for n := range 20 {
		f.Add(seed(n))
		f.Add(append([]byte(plantMark), seed(n)...))
	}
	addCorpus(f)
	sim := start(f)
	f.Fuzz(func(t *testing.T, data []byte) { run(t, sim, data) })
}
