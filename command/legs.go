package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/fstext"
)

// # Where a leg stands
//
// Every leg that is dialled is an a-leg, a b-leg or another leg ([Leg]). Only what surely is an
// a-leg or a b-leg is called so; all else is LegOther.
//
//   - a-leg: the legs of originate, wherever it stands (a schedule, a variable, an expansion); of
//     `conference NAME dial` and bgdial; of the API and the application page. All alternatives
//     and all parts of one dial string stand at the same place.
//   - b-leg: what `&bridge(…)` of an originate dials, and the applications bridge and dial of an
//     originate's inline dialplan, also behind its transfer and execute_extension. They run on
//     the a-leg, one after the other.
//   - other-leg: what is bridged to a channel that is there already (sendmsg, uuid_broadcast,
//     uuid_transfer to an inline dialplan, their schedules); attended transfers, deflect and
//     redirect; whatever a variable runs (execute_on_answer), for it may be exported to another
//     leg; what a loopback runs; what a conference dials by conference_set_auto_outcall or
//     bridge:…, since all members hear each other; contacts of agents, members of queues and
//     groups, which the switch dials for whoever calls.
//
// uuid_bridge and the applications that join calls dial nobody, so they have no dial effect.

// blockOf returns the block of a variable that is set at b, given the name that FreeSWITCH sets.
func blockOf(b effect.Block, v *fstext.Variable, name string) effect.Block {
	b.Plain = b.Dial != 0 && v.Name == name && !strings.HasPrefix(v.Value, fstext.ArrayMark) && !strings.Contains(v.Value, fstext.ArrayBetween) &&
		!strings.Contains(v.Name, fstext.UnknownDollar) && !strings.Contains(v.Value, fstext.UnknownDollar)
	return b
}

// dials returns where a leg stands that is dialled at t.
func (t *trail) dials() effect.Leg {
	if t.leg == effect.LegUnknown {
		return effect.LegOther
	}
	return t.leg
}

// starting returns the trail of a dial string whose legs start calls of their own.
func (t trail) starting() trail {
	t.leg = effect.LegA
	return t
}

// analyzePageApp reads the dial string of the application page, whose legs are calls of their own
// (mod_dptools.c, page_function).
func analyzePageApp(a *analyzer, at trail, c *call) { analyzeDial(a, at.starting(), c) }
