package command_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/internal/switchsim"
)

const simUUID = "11111111-2222-3333-4444-555555555555"

// A framer makes frames by a grammar of wrappers. Each frame contains a mark, which identifies what
// is executed for it, perhaps much later.
type framer struct {
	pick func(n int) int // a number below n
	mark string
}

func (g *framer) one(list ...string) string { return list[g.pick(len(list))] }

// fold changes some letters to upper case.
func (g *framer) fold(s string) string {
	if g.pick(3) > 0 {
		return s
	}
	b := []byte(s)
	for i := range b {
		if 'a' <= b[i] && b[i] <= 'z' && g.pick(2) == 0 {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// quote returns s as one token, quoted in some way.
func (g *framer) quote(s string) string {
	switch g.pick(4) {
	case 0:
		return s
	case 1:
		return strings.NewReplacer(" ", `\s`, `'`, `\'`).Replace(s)
	}
	return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
}

// noise inserts a special character somewhere.
func (g *framer) noise(s string) string {
	if g.pick(6) > 0 || s == "" {
		return s
	}
	i := g.pick(len(s))
	return s[:i] + g.one("'", `\`, " ", "  ", `"`, "$", "{", "}", "(", ")", "|", ",", ":", ";", "^^", "%20", `\'`, `\\`, "[", "]") + s[i:]
}

// api returns the text of an API command with other commands nested to that depth.
func (g *framer) api(depth int) string {
	if depth == 0 {
		return g.fold(g.one("system", "echo", "list_users", "version")) + " " + g.mark
	}
	name, args := g.app(depth - 1)
	inner := g.api(depth - 1)
	switch g.pick(14) {
	case 0:
		return g.fold("bgapi ") + g.one("", "uuid:j ", "UUID:j ") + inner
	case 1:
		return g.fold("expand ") + g.one("", "uuid:"+simUUID+" ") + inner
	case 2:
		return g.fold("eval ") + g.one("", "uuid:"+simUUID+" ", "x", `\\`, `\'`, "$") + g.mention(inner)
	case 3:
		return "xml_wrap " + g.one("", "encoded ", "ENCODED ") + inner
	case 4:
		return "sched_api +1 " + g.one("g ", " ") + inner + g.one("", " &", "&")
	case 5:
		return "json " + g.json(`fsapi`, "cmd", "arg", inner)
	case 6:
		return g.fold("chat") + " api|a|" + g.one(strings.ReplaceAll(inner, " ", "%20"), strings.ReplaceAll(inner, "s", "%73"), inner) + "|b"
	case 7:
		return "uuid_setvar " + simUUID + " note " + g.quote(g.mention(inner))
	case 8:
		return "originate " + g.quote("{"+g.one("", "a=b,")+g.one("api_on_answer", "API_ON_ANSWER_x", "api_on_answer[0]")+"="+g.quote(inner)+"}loopback/park/default") + " &park()"
	case 9:
		return "originate " + g.quote("{execute_on_answer="+g.quote(name+" "+args)+"}loopback/park/default") + " &park"
	case 10:
		return "originate loopback/park/default " + g.quote("&"+name+"("+args+")")
	case 11:
		return "uuid_broadcast " + simUUID + " " + g.quote(name+"::"+args) + g.one("", " both", " aleg")
	case 12:
		return "uuid_transfer " + simUUID + " " + g.quote(g.one("", "m:|:")+name+":"+args) + " " + g.fold("inline")
	}
	return "echo " + inner + g.one("", " ${note}")
}

// mention returns an expansion of an API.
func (g *framer) mention(api string) string {
	name, args, _ := strings.Cut(api, " ")
	return g.one("$", "$$", `\$`, `\\$`, `$\`) + g.one("{"+api+"}", "{"+name+"("+args+")}", "{"+api, "{note}", "{"+api+"} ${note}")
}

func (g *framer) json(what, key, rest, api string) string {
	name, args, _ := strings.Cut(api, " ")
	text := func(s string) string {
		s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
		if g.pick(3) == 0 {
			s = strings.ReplaceAll(s, "s", `\u0073`)
		}
		return `"` + s + `"`
	}
	return fmt.Sprintf(`{%q:%q,%q:{%q:%s,%q:%s}}`, g.fold("command"), g.fold(what), g.fold("data"), g.fold(key), text(name), g.fold(rest), text(args))
}

// app returns an application and its argument with other commands nested to that depth.
func (g *framer) app(depth int) (name, args string) {
	if depth == 0 {
		return g.fold("log"), "INFO " + g.mark
	}
	inner := g.api(depth - 1)
	name, args = g.app(depth - 1)
	switch g.pick(6) {
	case 0:
		return "log", "INFO " + g.mention(inner)
	case 1:
		return "set", "note=" + g.mention(inner)
	case 2:
		return "execute_extension", g.quote(name+":"+args) + " inline"
	case 3:
		return "transfer", g.quote(name+":"+args) + " inline"
	case 4:
		return "bridge", "{execute_on_answer=" + g.quote(name+" "+args) + "}loopback/park/default"
	case 5:
		return "eval", g.mark + g.mention(inner)
	}
	return name, args
}

// frame returns the text of a whole frame.
func (g *framer) frame() string {
	depth := 1 + g.pick(3)
	if g.pick(4) == 0 {
		name, args := g.app(depth)
		return "sendmsg " + simUUID + "\ncall-command: execute\nexecute-app-name: " + name + "\nexecute-app-arg: " + g.noise(args)
	}
	api := g.noise(g.api(depth))
	switch g.pick(5) {
	case 0:
		return "bgapi " + api
	case 1:
		return "api " + api + "\nconsole_execute: true"
	}
	return "api " + api
}

var marks = regexp.MustCompile(`m(\d+)m`)

// A simulation sends the forwarded frames to a simulated FreeSWITCH, which parses them with code of
// its own.
type simulation struct {
	sim     *switchsim.Switch
	conn    *switchsim.Conn
	frames  []string
	effects [][]effect.Effect
	up      []string // what was forwarded
	refused int
}

func newSimulation(tb testing.TB) *simulation {
	sim, err := switchsim.Start(switchsim.Options{Second: time.Millisecond})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(sim.Close)
	sim.AddChannel(simUUID, nil)
	conn, err := switchsim.Login(sim.Addr(), "ClueCon")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	return &simulation{sim: sim, conn: conn}
}

// send parses the frame that make returns for a new mark, and sends what is forwarded.
func (s *simulation) send(tb testing.TB, make func(mark string) string) {
	text := make(fmt.Sprintf("m%dm", len(s.frames)))
	s.frames, s.effects, s.up = append(s.frames, text), append(s.effects, nil), append(s.up, "")
	c, err := command.Parse(catalog.Builtin(), nil, frame(text))
	if err != nil {
		s.refused++
		return
	}
	s.effects[len(s.effects)-1] = c.Effects
	s.sim.AddChannel(simUUID, nil) // it may have been hung up
	for i := range c.Upstream {
		wire, err := codec.Append(nil, &c.Upstream[i])
		if err != nil {
			s.refused++ // what cannot be written does not go up
			return
		}
		s.up[len(s.up)-1] += string(wire)
		if err := s.conn.Send(string(wire)); err != nil {
			tb.Fatal(err)
		}
		if _, err := s.conn.Reply(); err != nil {
			tb.Fatalf("%q: %v", wire, err)
		}
	}
}

// check compares what was executed with the effects. It returns for how many frames a nested
// command was executed.
func (s *simulation) check(tb testing.TB) (executed int) {
	const fence = "the end"
	if _, err := s.conn.Command("api sched_api +30 none echo " + fence); err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if !s.sim.Await(ctx, func(list []switchsim.Execution) bool {
		return slices.ContainsFunc(list, func(e switchsim.Execution) bool { return e.Args == fence })
	}) {
		tb.Fatal("the switch does not come to an end")
	}
	inner := make(map[int]int)
	for _, ran := range s.sim.Executed() {
		mark := marks.FindStringSubmatch(ran.Args)
		if mark == nil || ran.Kind != "api" && ran.Kind != "app" || ran.Name == "" || strings.Contains(ran.Name, " ") {
			continue
		}
		var n int
		fmt.Sscan(mark[1], &n)
		inner[n]++
		if !foreseen(s.effects[n], ran) && !strings.Contains(s.up[n], ran.Args) && !s.mentions(ran) {
			tb.Errorf("%q executed %s %s(%q); the effects are %q", s.frames[n], ran.Kind, ran.Name, ran.Args, effects(s.effects[n]))
		}
	}
	for _, n := range inner {
		if n > 1 {
			executed++
		}
	}
	return executed
}

// mentions reports whether the mark came from another frame, through the variable note.
func (s *simulation) mentions(ran switchsim.Execution) bool {
	for _, list := range s.effects {
		for i := range list {
			e := &list[i]
			if e.Kind.String() == ran.Kind && strings.EqualFold(e.Name, ran.Name) && strings.Contains(e.Args, "${note}") {
				return true
			}
		}
	}
	return false
}

// foreseen reports whether an effect says that this is run, or an effect is opaque.
func foreseen(list []effect.Effect, ran switchsim.Execution) bool {
	for i := range list {
		e := &list[i]
		switch {
		case e.Kind == effect.KindOpaque:
			return true
		case e.Kind.String() != ran.Kind || !strings.EqualFold(e.Name, ran.Name):
		case e.Args == ran.Args || strings.Contains(e.Args, "${") || strings.Contains(e.Args, `$\`):
			return true
		}
	}
	return false
}

// TestSimulated checks that everything which a simulated FreeSWITCH executes is among the effects,
// unless something is opaque.
func TestSimulated(t *testing.T) {
	s := newSimulation(t)
	r := rand.New(rand.NewPCG(1, 2))
	const frames = 3000
	for range frames {
		s.send(t, func(mark string) string { return (&framer{pick: r.IntN, mark: mark}).frame() })
	}
	executed := s.check(t)
	opaque := 0
	for _, list := range s.effects {
		for i := range list {
			if list[i].Kind == effect.KindOpaque {
				opaque++
				break
			}
		}
	}
	t.Logf("%d frames: %d refused, %d opaque, %d executed a nested command", frames, s.refused, opaque, executed)
	if executed*100 < frames*30 {
		t.Errorf("only %d of %d frames executed something", executed, frames)
	}
}

// FuzzSimulated is TestSimulated with what the fuzzer picks.
func FuzzSimulated(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newSimulation(t)
		for range 20 {
			s.send(t, func(mark string) string {
				return (&framer{pick: func(n int) int {
					if len(data) == 0 {
						return 0
					}
					b := data[0]
					data = data[1:]
					return int(b) % n
				}, mark: mark}).frame()
			})
		}
		s.check(t)
	})
}
