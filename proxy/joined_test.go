package proxy

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/proxy/internal/answers"
)

// answer is an api/response with that body.
func answer(body string) string {
	return fmt.Sprintf("%s%d\n\n%s", apiResponse, len(body), body)
}

// twoParts is a console_execute of two parts, which FreeSWITCH answers one by one.
const twoParts = "api echo a;;echo b\nconsole_execute: true\n\n"

// TestJoinedAnswerIsWhole: a joined answer is what FreeSWITCH would have sent, however long its
// parts are, and comes in its turn.
func TestJoinedAnswerIsWhole(t *testing.T) {
	long, longer := strings.Repeat("0123456789", 30_000), strings.Repeat("abcdefg", 100_000)
	for _, test := range []struct {
		name  string
		parts []string
	}{
		{"short", []string{"a", "b", "c"}},
		{"long", []string{long, "-ERR no reply\n", longer}},
		{"as long as no reply, and none", []string{"-ERR no reply!", "-ERR no reply\n", ""}},
		{"nothing", []string{"-ERR no reply\n", "-ERR no reply\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, c, link := raw(t, role{allow: []string{"api echo **"}})
			c.send("api echo 1" + strings.Repeat(";;echo 2", len(test.parts)-1) + "\nconsole_execute: true\n\napi denied\n\n")
			for range test.parts {
				link.command()
			}
			joined := ""
			for _, part := range test.parts {
				link.say(answer(part))
				if part != "-ERR no reply\n" {
					joined += part
				}
			}
			if joined == "" {
				joined = "-ERR no reply\n"
			}
			c.want(answer(joined))
			c.wantPrefix(apiResponse)
			await(t, "all of the budget is given back", func() bool { return g.budget.Used() == 0 })
			await(t, "the answer is recorded", func() bool { return len(g.records(t, "reply")) == 1 })
		})
	}
}

// TestJoinedAnswersAreInTheBudget: gathered pieces count as waiting for the client, for the session
// and for all together.
func TestJoinedAnswersAreInTheBudget(t *testing.T) {
	const sessions, size, budget = 8, 1 << 20, 4 << 20
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, role{allow: []string{"api echo **"}}, func(s *Server) { s.MaxHeldAll = budget })
	seen := make(map[*session]bool)
	for range sessions {
		c := g.loggedIn(t)
		se := newest(g, seen)
		c.send(twoParts)
		link := <-s.links
		link.command()
		link.say(answer(strings.Repeat("x", size))) // and the second part is never answered
		await(t, "the first part is held, or the session closed", func() bool { return se.out.Held() >= size || se.isOver() })
	}
	await(t, "what is held is within the budget", func() bool { return g.budget.Used() <= budget })
	live := 0
	var held int64
	for _, se := range g.roster.all() {
		if !se.isOver() {
			live++
			held += se.out.Held()
		}
	}
	if live == 0 || live > budget/size || held > budget {
		t.Errorf("%d sessions stay and hold %d bytes; want %d at most, and some", live, held, budget)
	}
	await(t, "the ends are recorded", func() bool { return len(g.records(t, "end")) == sessions-live })
	for _, r := range g.records(t, "end") {
		if r["reason"] != answers.ErrBudget.Error() {
			t.Errorf("record %v, want the budget as its reason", r)
		}
	}
}

// newest returns the session that has not been seen before, and notes it in seen.
func newest(g *guard, seen map[*session]bool) (found *session) {
	for _, se := range g.roster.all() {
		if !seen[se] {
			found, seen[se] = se, true
		}
	}
	return found
}

// TestJoinedAnswerIsWithinTheSessionsLimit: a session gathers no more than may wait for one client,
// and no more than answers.MaxJoined.
func TestJoinedAnswerIsWithinTheSessionsLimit(t *testing.T) {
	for _, test := range []struct {
		name   string
		max    int64
		parts  []int
		reason string
	}{
		{"of the session", 64 << 10, []int{40 << 10, 40 << 10}, answers.ErrSlowClient.Error()},
		{"of joined answers", 0, []int{1, answers.MaxJoined}, answers.ErrTooLong.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRawSwitch(t)
			g := newGuardFor(t, nil, s.addr, role{allow: []string{"api echo **"}}, func(s *Server) { s.MaxHeld = test.max })
			c := g.loggedIn(t)
			link := <-s.links
			c.send(twoParts)
			link.command()
			link.command()
			for _, n := range test.parts {
				// The guard may have closed the connection before it has read the last part.
				_, _ = fmt.Fprintf(link, "%s%d\n\n%s", apiResponse, n, strings.Repeat("x", min(n, 64<<10)))
			}
			await(t, "the session ends", func() bool { return len(g.records(t, "end")) == 1 })
			if r := g.records(t, "end")[0]; r["reason"] != test.reason {
				t.Errorf("record %v, want %q as its reason", r, test.reason)
			}
			if used := g.budget.Used(); used != 0 {
				t.Errorf("%d bytes of the budget were not given back", used)
			}
		})
	}
}
