package switchsim_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
	"eslguard/internal/switchsim/frame"
)

// An effect is a recorded frame and what a real switch executed for it.
type effect struct {
	Name, Send string
	Ran        []struct{ API, App, Args *string }
	Got        []string
}

// notAsRecorded are the frames for which the simulator does not execute what the real switch did,
// and why.
var notAsRecorded = map[string]string{
	"originate-caret": "the threads of two legs ran in another order than in all other samples",
	"expand-expand":   "the recording repeats the argument of the outer expand, since both share one API event",
	"chat-api":        "the recording shows chat's argument after chat has decoded it in place",
}

const otherUUID = "66666666-7777-8888-9999-000000000000"

// TestEffects checks that the simulator executes the same for the recorded frames as a real switch,
// in the same order.
func TestEffects(t *testing.T) {
	all := recorded[effect](t, "effects")
	if len(all) != 93 {
		t.Fatalf("%d effects", len(all))
	}
	for _, x := range all {
		t.Run(x.Name, func(t *testing.T) {
			t.Parallel()
			want := x.want()
			got, replies := runEffect(t, x, len(want))
			same := got == strings.Join(want, "\n")
			if why, skipped := notAsRecorded[x.Name]; skipped {
				if same {
					t.Errorf("executes what was recorded; take it off the list (%s)", why)
				}
				t.Skip(why)
			}
			if !same {
				t.Errorf("%q executed\n%s\nwant\n%s", x.Send, got, strings.Join(want, "\n"))
			}
			if answeredOtherwise[x.Name] != "" {
				return
			}
			for i, want := range x.Got {
				want = oneLine(strings.NewReplacer("@U1@", testUUID, "@U2@", otherUUID).Replace(latin1(want)))
				if i >= len(replies) || !strings.HasPrefix(oneLine(replies[i]), want) {
					t.Errorf("replies %q, want %q", replies, want)
				}
			}
		})
	}
}

// answeredOtherwise are the frames whose reply differs from the recorded one, and why.
var answeredOtherwise = map[string]string{
	"uuid-dump":        "a channel here has fewer headers",
	"json-status":      "two channels are up",
	"sched-api":        "tasks are counted from 1",
	"sched-api-thread": "as sched-api",
	"mixed-newlines":   "the recording takes a Content-Length within the reply's text for one",
}

// oneLine writes a reply as the recordings do, with UUID for each id. They are cut short, and so is
// this.
func oneLine(s string) string {
	s = strings.ReplaceAll(s, "\n\n", "\n")
	s = strings.ReplaceAll(s, "\n", " | ")
	return anyUUID.ReplaceAllString(s, "UUID")
}

// runEffect sends a frame to a switch with two channels. It returns what was executed and the
// replies.
func runEffect(t *testing.T, x effect, want int) (ran string, replies []string) {
	s := start(t, switchsim.Options{Second: time.Millisecond})
	s.AddChannel(testUUID, nil)
	s.AddChannel(otherUUID, nil)
	c := login(t, s)
	send := strings.NewReplacer("@U1@", testUUID, "@U2@", otherUUID).Replace(latin1(x.Send))
	if err := c.Send(send); err != nil {
		t.Fatal(err)
	}
	frames, _ := frame.Cut([]byte(send))
	for range frames {
		r, err := c.Reply()
		if err != nil {
			t.Fatal(err)
		}
		replies = append(replies, r.String())
	}
	executed := func(all []switchsim.Execution) (out []string) {
		for _, e := range all {
			if e.Kind == "api" && e.Name != "expand" || e.Kind == "app" {
				out = append(out, e.Kind+" "+e.Name+" "+e.Args)
			}
		}
		return out
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s.Await(ctx, func(all []switchsim.Execution) bool { return len(executed(all)) >= want })
	return anyUUID.ReplaceAllString(strings.Join(executed(s.Executed()), "\n"), "UUID"), replies
}

var anyUUID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// want returns what was recorded, one execution a line, with UUID for each id.
func (x effect) want() (lines []string) {
	for _, r := range x.Ran {
		line := "api "
		if r.App != nil {
			line = "app " + *r.App
		} else {
			line += *r.API
		}
		line = strings.NewReplacer("@U1@", "UUID", "@U2@", "UUID").Replace(line + " " + *r.Args)
		lines = append(lines, anyUUID.ReplaceAllString(line, "UUID"))
	}
	return lines
}
