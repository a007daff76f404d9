package command

// # Where a leg stands
//
// Every leg that is dialled is an a-leg, a b-leg or another leg ([Leg]). Only what surely is an
// a-leg or a b-leg is called so; all else is LegOther.
//
//   - a-leg: the legs of originate, wherever that stands (a schedule, a variable, an expansion); of
//     `conference NAME dial` and bgdial; of the API and the application page. All alternatives and all
//     parts of one dial string stand at the same place.
//   - b-leg: what `&bridge(…)` of an originate dials, and the applications bridge and dial of an
//     originate's inline dialplan, also behind its transfer and execute_extension: they run on the
//     a-leg, one after the other.
//   - other-leg: what is bridged to a channel that is there already (sendmsg, uuid_broadcast,
//     uuid_transfer to an inline dialplan, their schedules); attended transfers, deflect and redirect;
//     whatever a variable runs (execute_on_answer), for it may be exported to another leg; what a loopback
//     runs; what a conference dials by conference_set_auto_outcall or bridge:…, since all who
//     are in it hear each other; contacts of agents, members of queues and groups, which the switch
//     dials for whoever calls.
//
// uuid_bridge and the applications that join calls dial nobody, so they have no dial effect.

// keepsLeg are the applications that leave the channel alone with what they dial, and on which the
// next application of the same channel dials at the same place again.
var keepsLeg = []string{"bridge", "dial", "execute_extension", "transfer"}

// legWithin returns where the legs stand that an application dials, given where those stand that
// are dialled by the channel that runs it. The application is named as the catalogue names it.
func legWithin(at Leg, app string) Leg {
	if at != LegB {
		return LegUnknown
	}
	for _, name := range keepsLeg {
		if name == app {
			return at
		}
	}
	return LegUnknown
}

// dials returns where a leg stands that is dialled at t.
func (t *trail) dials() Leg {
	if t.leg == LegUnknown {
		return LegOther
	}
	return t.leg
}

// starting returns the trail of a dial string whose legs start calls of their own.
func (t trail) starting() trail {
	t.leg = LegA
	return t
}

// pageAppParts reads the dial string of the application page, whose legs are calls of their own
// (mod_dptools.c, page_function).
func pageAppParts(p *parser, at trail, c *call) { dialParts(p, at.starting(), c) }
